import JSONCoding
import Testing

private enum Color: String, Codable, CaseIterable { case red, green }

/// Refuses in its own words, as the identifiers of JobModel do.
private struct Name: Codable {
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard text.utf8.count < 10 else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "must be short"))
        }
    }
}

private struct Stranger: Error, CustomStringConvertible { let description = "is strange" }

/// Throws an error that knows no path.
private struct Strange: Codable {
    init(from decoder: any Decoder) throws { throw Stranger() }
}

private struct Item: Codable {
    var name: Name
    var color: Color?
    var level: Int8?
    var unsigned: UInt64?
    var ratio: Float?
    var flag: Bool?
    var text: String?
    var list: [Int]?
    var map: [String: Int]?
    var strange: Strange?
    var number: Double?
}

private struct Document: Codable {
    var evidence: [Item]
}

struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let error: JSONError

    init(_ text: String, _ code: JSONError.Code, _ path: String, _ message: String) {
        self.text = text
        error = JSONError(code, path: path, message: message)
    }

    /// `text` stands in an item of its own.
    init(item text: String, _ code: JSONError.Code, _ path: String, _ message: String) {
        self.init(#"{"evidence":[{"name":"a"},{"name":"b",\#(text)}]}"#, code, "evidence[1].\(path)", message)
    }

    var testDescription: String { String(text.prefix(60)) }
}

@Suite struct DecodingErrorTests {
    static let refusals: [Refusal] = [
        // Shape
        Refusal("{}", .missingField, "evidence", "is missing"),
        Refusal("[]", .wrongType, "", "must be an object"),
        Refusal("3", .wrongType, "", "must be an object"),
        Refusal(#"{"evidence":{}}"#, .wrongType, "evidence", "must be an array"),
        Refusal(#"{"evidence":null}"#, .wrongType, "evidence", "must be an array"),
        Refusal(#"{"evidence":[{}]}"#, .missingField, "evidence[0].name", "is missing"),
        Refusal(#"{"evidence":[{"name":"a"},7]}"#, .wrongType, "evidence[1]", "must be an object"),
        Refusal(#"{"evidence":[{"name":7}]}"#, .wrongType, "evidence[0].name", "must be a string"),
        Refusal(#"{"evidence":[{"name":null}]}"#, .wrongType, "evidence[0].name", "must be a string"),
        // Types
        Refusal(item: #""text":[]"#, .wrongType, "text", "must be a string"),
        Refusal(item: #""flag":1"#, .wrongType, "flag", "must be true or false"),
        Refusal(item: #""flag":"true""#, .wrongType, "flag", "must be true or false"),
        Refusal(item: #""level":"1""#, .wrongType, "level", "must be a whole number"),
        Refusal(item: #""level":1.5"#, .wrongType, "level", "must be a whole number"),
        Refusal(item: #""level":true"#, .wrongType, "level", "must be a whole number"),
        Refusal(item: #""number":"1""#, .wrongType, "number", "must be a number"),
        Refusal(item: #""list":[1,2,"x"]"#, .wrongType, "list[2]", "must be a whole number"),
        Refusal(item: #""map":{"a b":"x"}"#, .wrongType, #"map["a b"]"#, "must be a whole number"),
        Refusal(item: #""map":{"":"x"}"#, .wrongType, #"map[""]"#, "must be a whole number"),
        // Values
        Refusal(item: #""level":128"#, .invalidValue, "level", "must be a whole number from -128 to 127"),
        Refusal(item: #""level":-129.0"#, .invalidValue, "level", "must be a whole number from -128 to 127"),
        Refusal(
            item: #""unsigned":-1"#, .invalidValue, "unsigned",
            "must be a whole number from 0 to 18446744073709551615"),
        Refusal(
            item: #""list":[9007199254740994.0]"#, .invalidValue, "list[0]",
            "must be a whole number from -9223372036854775808 to 9223372036854775807"),
        Refusal(item: #""unsigned":9223372036854775808"#, .invalidValue, "unsigned", "is a number out of range"),
        Refusal(item: #""number":1e999"#, .invalidValue, "number", "is a number out of range"),
        Refusal(item: #""ratio":1e300"#, .invalidValue, "ratio", "is a number out of range"),
        Refusal(item: #""color":"blue""#, .invalidValue, "color", "must be one of: red, green"),
        Refusal(#"{"evidence":[{"name":"far too long"}]}"#, .invalidValue, "evidence[0].name", "must be short"),
        Refusal(item: #""strange":1"#, .invalidValue, "strange", "is strange"),
        Refusal(item: #""text":"a\u0000b""#, .invalidValue, "text", "must not contain the character U+0000"),
        Refusal(item: #""a\u0000b":1"#, .invalidValue, #"a\u0000b"#, "must not contain the character U+0000"),
        // Repeated keys
        Refusal(#"{"evidence":[],"evidence":[]}"#, .duplicateKey, "evidence", "occurs twice"),
        Refusal(item: #""color":"red","color":"red""#, .duplicateKey, "color", "occurs twice"),
        Refusal(item: #""x":{"a":[{"k":1},{"k":1,"k":2}]}"#, .duplicateKey, "x.a[1].k", "occurs twice"),
        Refusal(item: #""x":{"k":1,"\u006b":2}"#, .duplicateKey, "x.k", "occurs twice"),
        // Syntax
        Refusal("", .malformed, "", "is empty"),
        Refusal("   ", .malformed, "", "ends too early"),
        Refusal(#"{"evidence":[]"#, .malformed, "evidence[0]", "ends too early"),
        Refusal(#"{"evidence":[]}x"#, .malformed, "", "has bytes after its end at byte 16"),
        Refusal(#"{"evidence":[]}{"#, .malformed, "", "has bytes after its end at byte 16"),
        Refusal("{\"evidence\":[]}\0", .malformed, "", "has bytes after its end at byte 16"),
        Refusal("\u{FEFF}{\"evidence\":[]}", .malformed, "", "begins with a byte-order mark"),
    ]

    @Test(arguments: refusals)
    func isRefusedWithThePathOfTheField(refusal: Refusal) throws {
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(Document.self, from: Array(refusal.text.utf8))
        }
        let expected = refusal.error
        #expect(error?.code == expected.code)
        #expect(error?.message == expected.message)
        if expected.path.hasSuffix(#"a\u0000b"#) {
            #expect(error?.path.hasPrefix("evidence[1][") == true)
        } else if expected.code != .malformed {
            #expect(error?.path == expected.path)
        }
    }

    @Test(arguments: [
        (#"{"evidence":[{"name":"a"},{"name":}]}"#, "evidence[1].name"),
        (#"{"evidence":[{"name":"a"},{"name":'x'}]}"#, "evidence[1].name"),
        (#"{"evidence":[{"name":"a"},{"name":tru}]}"#, "evidence[1].name"),
        (#"{"evidence":[{"name":"a\x"}]}"#, "evidence[0].name"),
        (#"{"evidence":[{"name":"\ud800"}]}"#, "evidence[0].name"),
        (#"{"evidence":[1,]}"#, "evidence[1]"),
        (#"{"a":1,"evidence":[01]}"#, "evidence[0]"),
        (#"{"a":{"b":NaN}}"#, "a.b"),
        ("{\"a\":{\"b\":\"line\nbreak\"}}", "a.b"),
    ])
    func saysWhereADocumentIsNotJSON(text: String, path: String) {
        let error = #expect(throws: JSONError.self) { try JSON.decode(Document.self, from: Array(text.utf8)) }
        #expect(error?.code == .malformed)
        #expect(error?.path == path)
        #expect(error?.message.hasPrefix("is not JSON at byte ") == true, "\(error?.message ?? "")")
    }

    @Test func refusesWhatIsNotUTF8() {
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            let bytes = Array(#"{"a":["x","#.utf8) + [0x22] + bad + Array(#""]}"#.utf8)
            let error = #expect(throws: JSONError.self) { try JSON.decode(Document.self, from: bytes) }
            #expect(error?.code == .malformed)
            #expect(error?.path == "a[1]")
            #expect(error?.message.hasPrefix("is not UTF-8 at byte ") == true)
        }
    }

    @Test func messagesDoNotRepeatContent() {
        let long = String(repeating: "secret", count: 2000)
        let documents = [
            #"{"evidence":[{"name":"a","color":"\#(long)"}]}"#, #"{"evidence":[{"name":"\#(long)"}]}"#,
            #"{"evidence":[\#(long)]}"#, #"{"evidence":[{"name":"a","text":\#(long)}]}"#,
        ]
        for text in documents {
            let error = #expect(throws: JSONError.self) { try JSON.decode(Document.self, from: Array(text.utf8)) }
            #expect(error?.message.contains("secret") == false)
            #expect((error?.message.utf8.count ?? 0) < 200)
        }
    }

    @Test func pathsStayShortWhateverTheKeys() {
        let key = String(repeating: "k", count: 5000)
        let text = String(repeating: #"{"\#(key)":"#, count: 20) + #""x""# + String(repeating: "}", count: 20)
        let error = #expect(throws: JSONError.self) {
            try JSON.decode([String: [String: [String: Int]]].self, from: Array(text.utf8))
        }
        #expect(error?.code == .wrongType)
        #expect((error?.path.utf8.count ?? 0) < 700)
    }

    @Test func typesMayCatchTheStandardErrors() throws {
        struct Either: Decodable {
            let text: String
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do {
                    text = try container.decode(String.self)
                } catch DecodingError.typeMismatch {
                    text = String(try container.decode(Int.self))
                }
            }
        }
        #expect(try JSON.decode([Either].self, from: Array(#"["a",1]"#.utf8)).map(\.text) == ["a", "1"])
    }

    @Test func arraysEndWithAMissingElement() {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                _ = try list.decode(Int.self)
                _ = try list.decode(Int.self)
            }
        }
        #expect(throws: JSONError(.missingField, path: "[1]", message: "is missing")) {
            try JSON.decode(Pair.self, from: Array("[1]".utf8))
        }
    }
}
