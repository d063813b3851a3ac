import Testing

@testable import CurlClient

@Suite("the head of an answer, line by line")
struct AnswerHeadTests {
    private func taken(_ lines: [String]) -> AnswerHead? {
        var head = AnswerHead()
        for line in lines where !head.take(Array((line + "\r\n").utf8)) { return nil }
        return head
    }

    @Test("a status line without words, a folded header, a header without a value")
    func oddities() throws {
        let head = try #require(taken(["HTTP/1.1 200", "A: one", "\t two", "B:", "no colon", "C: x:y", ""]))
        #expect(head.status == 200)
        #expect(head.headers.map(\.name) == ["a", "b", "c"])
        #expect(head.headers.map(\.value) == ["one two", "", "x:y"])
    }

    @Test("a status that is none", arguments: ["HTTP/1.1", "HTTP/1.1 abc", "HTTP/1.1 99", "HTTP/1.1 1000"])
    func badStatus(_ line: String) {
        #expect(taken([line]) == nil)
    }

    @Test("both bounds")
    func bounds() {
        let line = "A: " + String(repeating: "x", count: 1000)
        #expect(taken(["HTTP/1.1 200"] + Array(repeating: line, count: 64)) != nil)
        #expect(taken(["HTTP/1.1 200"] + Array(repeating: line, count: 66)) == nil)
        #expect(taken(["HTTP/1.1 200"] + Array(repeating: "A: b", count: AnswerHead.maximumLines - 1)) != nil)
        #expect(taken(["HTTP/1.1 200"] + Array(repeating: "A: b", count: AnswerHead.maximumLines)) == nil)
    }

    @Test("a wait is rounded up to whole milliseconds")
    func rounding() {
        #expect(Duration.microseconds(1).roundedUpMilliseconds == 1)
        #expect(Duration.milliseconds(5).roundedUpMilliseconds == 5)
        #expect(Duration.microseconds(5001).roundedUpMilliseconds == 6)
        #expect(Duration.seconds(-1).roundedUpMilliseconds == 0)
        #expect(Duration.zero.roundedUpMilliseconds == 0)
        #expect(Duration(secondsComponent: .max, attosecondsComponent: 0).roundedUpMilliseconds == .max)
    }
}
