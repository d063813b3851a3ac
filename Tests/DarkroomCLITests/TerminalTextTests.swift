import Testing

@testable import DarkroomCLI

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("red\u{1B}[31m", "red [31m"), ("two\r\nlines", "two  lines"), ("a\u{202E}b", "a b"),
        ("bell\u{7}\u{9B}2J", "bell  2J"), ("灯台の鍵", "灯台の鍵"),
    ])
    func nothingMovesTheCursor(text: String, shown: String) {
        #expect(TerminalText.line(text) == shown)
    }

    @Test func linesMayBeKept() {
        #expect(TerminalText.lines("one\n\u{1B}two") == "one\n two")
    }

    @Test(arguments: [("abc", 3), ("灯台", 4), ("é", 1), ("e\u{301}", 1), ("ｱ", 1), ("Ａ", 2), ("🗝️", 2), ("", 0)])
    func columns(text: String, count: Int) {
        #expect(TerminalText.columns(of: text) == count)
    }

    @Test(arguments: [
        ("abcdef", 4, "abc…"), ("abc", 5, "abc  "), ("灯台の鍵", 5, "灯台…"), ("灯台の鍵", 4, "灯… "), ("abc", 0, ""),
    ])
    func fitting(text: String, width: Int, fitted: String) {
        #expect(TerminalText.fitted(text, to: width) == fitted)
        #expect(TerminalText.columns(of: TerminalText.fitted(text, to: width)) == width)
    }
}
