import Orchestration
import Testing

@Suite struct LocalRendererTextTests {
    @Test func textIsEscapedAndCleaned() {
        #expect(SVGText.escaped("<a href=\"x\">'&'") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;")
        #expect(SVGText.escaped("a\u{0}b\u{1B}c\nd\u{202E}e👻f\u{FFFF}") == "abc def")
        #expect(SVGText.escaped("血のついたナイフ①—é") == "血のついたナイフ①—é")
    }

    @Test func japaneseIsTwiceAsWide() {
        #expect(SVGText.width("鍵") == 1)
        #expect(SVGText.width("手紙") > 1.5 * SVGText.width("ab"))
    }

    @Test func linesBreakBetweenWords() {
        #expect(SVGText.wrapped("Brass key", width: 20, lines: 2) == ["Brass key"])
        #expect(
            SVGText.wrapped("  The   letter\nfrom the  attic ", width: 9, lines: 2) == ["The letter from", "the attic"])
        #expect(SVGText.wrapped("", width: 9, lines: 2).isEmpty)
        #expect(SVGText.wrapped("👻", width: 9, lines: 2).isEmpty)
    }

    @Test func japaneseBreaksAnywhereButNotBeforeClosingMarks() {
        #expect(SVGText.wrapped("古い図書館の奥", width: 4, lines: 2) == ["古い図書", "館の奥"])
        #expect(SVGText.wrapped("図書館。奥", width: 3, lines: 2).first == "図書")
    }

    @Test(arguments: ["a long name that does not fit at all", "とても長い名前でまったく収まりません", String(repeating: "W", count: 90)])
    func whatDoesNotFitIsCut(text: String) throws {
        let lines = SVGText.wrapped(text, width: 6, lines: 2)
        #expect(lines.count == 2 && lines[1].hasSuffix("…"))
        for line in lines { #expect(SVGText.width(line) <= 6.2, "\(line)") }
    }
}
