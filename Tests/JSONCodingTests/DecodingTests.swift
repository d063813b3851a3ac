import JSONCoding
import Testing

private enum Color: String, Codable, CaseIterable { case red, green }

private struct Item: Codable, Equatable {
    var name: String
    var color: Color
    var size: Int?
    var tags: [String]
}

private struct Case: Codable, Equatable {
    var id: String
    var evidence: [Item]
    var prices: [String: Double]
    var nested: [[Int?]]
    var isFinal: Bool
}

@Suite struct DecodingTests {
    @Test func readsAnOrdinaryDocument() throws {
        let text = #"""
            { "id": "x-1", "unknown": [1, {"a": null}], "isFinal": true,
              "evidence": [ {"name":"lamp \u00e9 \ud83d\udc08 \/","color":"red","size":null,"tags":[]},
                            {"name":"","color":"green","size":3,"tags":["a","b"]} ],
              "prices": {"a": 1, "b": -2.5e2}, "nested": [[1,null],[]] }
            """#
        let value = try JSON.decode(Case.self, from: Array(text.utf8))
        let expected = Case(
            id: "x-1",
            evidence: [
                Item(name: "lamp é 🐈 /", color: .red, size: nil, tags: []),
                Item(name: "", color: .green, size: 3, tags: ["a", "b"]),
            ],
            prices: ["a": 1, "b": -250], nested: [[1, nil], []], isFinal: true)
        #expect(value == expected)
    }

    @Test func readsScalarRootsWhereTheTypeAsksForOne() throws {
        #expect(try JSON.decode(Int.self, from: Array(" 7 ".utf8)) == 7)
        #expect(try JSON.decode(String.self, from: Array("\"\"".utf8)) == "")
        #expect(try JSON.decode(Bool?.self, from: Array("null".utf8)) == nil)
        #expect(try JSON.decode([Int].self, from: Array("[]".utf8)) == [])
        #expect(try JSON.decode(Color.self, from: Array("\"red\"".utf8)) == .red)
    }

    @Test(arguments: [("3.0", 3), ("3e0", 3), ("-0.0", 0), ("9007199254740992.0", 9_007_199_254_740_992)])
    func takesWholeNumbersInEverySpelling(text: String, number: Int) throws {
        #expect(try JSON.decode(Int.self, from: Array(text.utf8)) == number)
    }

    @Test func readsTheEndsOfEveryIntegerType() throws {
        func check<Number: FixedWidthInteger & Codable & Sendable>(_ type: Number.Type) throws {
            let ends = [Int64(clamping: Number.min), Int64(clamping: Number.max)]
            let text = "[\(ends[0]),\(ends[1])]"
            #expect(try JSON.decode([Number].self, from: Array(text.utf8)).map { Int64($0) } == ends)
        }
        try check(Int.self)
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(UInt.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
    }

    @Test func readsWithNestedContainersAndSuperDecoders() throws {
        final class Base: Decodable {
            let a: Int
            init(a: Int) { self.a = a }
        }
        struct Hand: Decodable {
            let deep: String
            let second: Int
            let base: Base
            let place: String
            enum Keys: String, CodingKey { case outer, list, inner }
            init(from decoder: any Decoder) throws {
                let root = try decoder.container(keyedBy: Keys.self)
                let outer = try root.nestedContainer(keyedBy: Keys.self, forKey: .outer)
                deep = try outer.decode(String.self, forKey: .inner)
                var list = try root.nestedUnkeyedContainer(forKey: .list)
                _ = try list.superDecoder()
                second = try list.nestedContainer(keyedBy: Keys.self).decode(Int.self, forKey: .inner)
                #expect(list.isAtEnd && list.count == 2)
                base = try Base(from: root.superDecoder())
                place = try root.superDecoder(forKey: .outer).codingPath.map(\.stringValue).joined(separator: "/")
                #expect(Set(root.allKeys) == [.outer, .list])
            }
        }
        let text = #"{"outer":{"inner":"x"},"list":[[],{"inner":2}],"super":{"a":5}}"#
        let value = try JSON.decode(Hand.self, from: Array(text.utf8))
        #expect(value.deep == "x" && value.second == 2 && value.base.a == 5 && value.place == "outer")
    }

    @Test func tellsKeysApartByTheirBytes() throws {
        struct Value: Decodable { let é: Int }
        let decomposed = "{\"e\u{301}\":1}"
        #expect(throws: JSONError(.missingField, path: "[\"é\"]", message: "is missing")) {
            try JSON.decode(Value.self, from: Array(decomposed.utf8))
        }
    }

    @Test func dynamicValuesHaveConveniences() throws {
        let text = #"{"a":[1,2.5,"x",true,null],"b":{}}"#
        let value = try JSON.decode(JSONValue.self, from: Array(text.utf8))
        #expect(value == ["a": [1, 2.5, "x", true, nil], "b": [:]])
        #expect(value["a"]?[0]?.intValue == 1)
        #expect(value["a"]?[0]?.doubleValue == 1)
        #expect(value["a"]?[1]?.doubleValue == 2.5)
        #expect(value["a"]?[2]?.stringValue == "x")
        #expect(value["a"]?[3]?.boolValue == true)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil && value["a"]?[-1] == nil && value["c"] == nil && value[0] == nil)
        #expect(value["a"]?.arrayValue?.count == 5 && value["b"]?.objectValue == [:])
    }

    @Test func manyThreadsMayDecodeAtOnce() async throws {
        let bytes = Array(#"{"id":"x","evidence":[],"prices":{},"nested":[],"isFinal":false}"#.utf8)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<50 { _ = try JSON.decode(Case.self, from: bytes) }
                    return 1
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(count == 64)
    }
}
