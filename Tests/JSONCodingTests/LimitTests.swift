import JSONCoding
import Testing

@Suite struct LimitTests {
    @Test func countsBytesBeforeParsing() {
        let limits = JSONLimits(maximumBytes: 10)
        #expect(throws: JSONError(.tooLarge, path: "", message: "is larger than 10 bytes")) {
            try JSON.decode(JSONValue.self, from: Array("[1,2,3,4,5".utf8) + [0], limits: limits)
        }
        #expect(throws: Never.self) {
            try JSON.decode(JSONValue.self, from: Array("[1,2,3,45]".utf8), limits: limits)
        }
    }

    @Test func countsDepthExactly() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSON.decode(JSONValue.self, from: nested(64))
        let error = #expect(throws: JSONError.self) { try JSON.decode(JSONValue.self, from: nested(65)) }
        #expect(error?.code == .tooDeep)
        #expect(error?.path == String(repeating: "[0]", count: 64))
        #expect(error?.message == "is nested deeper than 64 levels")
    }

    @Test func tellsThePathOfTheLevelThatIsTooMuch() {
        let text = #"{"a":[{"[[[[[[":"]\"]"},{"b":{"c":[1]}}]}"#
        for (depth, path) in [(4, "a[1].b.c"), (3, "a[1].b"), (2, "a[0]"), (1, "a"), (0, "")] {
            let error = #expect(throws: JSONError.self) {
                try JSON.decode(JSONValue.self, from: Array(text.utf8), limits: JSONLimits(maximumDepth: depth))
            }
            #expect(error?.code == .tooDeep)
            #expect(error?.path == path)
        }
        #expect(throws: Never.self) {
            try JSON.decode(JSONValue.self, from: Array(text.utf8), limits: JSONLimits(maximumDepth: 5))
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[[],", "{\"a\":1,\"b\":["])
    func aMillionOpenBracketsAreCheap(piece: String) {
        let bytes = Array(String(repeating: piece, count: 1_000_000 / piece.utf8.count).utf8)
        let error = #expect(throws: JSONError.self) { try JSON.decode(JSONValue.self, from: bytes) }
        #expect(error?.code == .tooDeep)
    }

    @Test func backslashesDoNotMakeTheScanSlow() throws {
        let text = String(repeating: "\\\\", count: 400_000) + String(repeating: "\\\"", count: 400_000)
        let value = try JSON.decode(String.self, from: Array("\"\(text)\"".utf8))
        #expect(value.utf8.count == 800_000)
    }
}
