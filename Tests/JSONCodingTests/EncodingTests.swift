import JSONCoding
import Testing

private func text(_ value: some Encodable, _ style: JSONStyle = .compact) throws -> String {
    String(decoding: try JSON.encode(value, style: style), as: UTF8.self)
}

private struct Point: Codable, Equatable {
    var y: Int
    var x: Double?
    var name = "a/b\"\\\n\u{1}é🐈"
}

@Suite struct EncodingTests {
    @Test func writesInTheOrderOfEncodingOrSorted() throws {
        #expect(try text(Point(y: 1, x: 2.5)) == #"{"y":1,"x":2.5,"name":"a/b\"\\\n\u0001é🐈"}"#)
        #expect(try text(Point(y: 1, x: nil), .sorted) == #"{"name":"a/b\"\\\n\u0001é🐈","y":1}"#)
        #expect(try text(["b": [1], "a": []], .sorted) == #"{"a":[],"b":[1]}"#)
    }

    @Test func writesForPeople() throws {
        let value: JSONValue = ["b": [1, 2.5, "x"], "a": [:]]
        #expect(try text(value, .pretty) == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2.5,\n    \"x\"\n  ]\n}\n")
    }

    @Test func writesScalarsAndNothing() throws {
        #expect(try text("") == "\"\"")
        #expect(try text(true) == "true")
        #expect(try text(Int?.none) == "null")
        #expect(try text([Int?.none, 1]) == "[null,1]")
        struct Nothing: Encodable { func encode(to encoder: any Encoder) throws {} }
        #expect(try text([Nothing()]) == "[{}]")
        #expect(try text(["": 1]) == #"{"":1}"#)
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e22, "1e+22"), (Double.leastNonzeroMagnitude, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (100, "100.0"),
    ])
    func writesDoublesWithTheFewestDigits(number: Double, expected: String) throws {
        #expect(try text(number) == expected)
        #expect(try text(["v": number, "w": 1 / 3], .sorted) == #"{"v":\#(expected),"w":0.3333333333333333}"#)
        let back = try JSON.decode(Double.self, from: Array(expected.utf8))
        #expect(back.bitPattern == number.bitPattern)
    }

    @Test func writesFloatsWithTheirOwnDigits() throws {
        #expect(try text(Float(0.1)) == "0.1")
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let number = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard number.isFinite else { continue }
            #expect(try JSON.decode(Float.self, from: JSON.encode(number)) == number)
        }
    }

    @Test func textsThatLookLikeOurMarksStayTexts() throws {
        let texts = ["\\u0000", "\"\\u0000", "\\\"\\u00001", "u0000", "\\\\u0000\"1", "\\"]
        let value: JSONValue = .array(texts.map(JSONValue.string) + [0.5] + texts.map(JSONValue.string))
        let keyed: JSONValue = .object(Dictionary(uniqueKeysWithValues: texts.map { ($0, 1.5) }))
        #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value)
        #expect(try JSON.decode(JSONValue.self, from: JSON.encode(keyed)) == keyed)
    }

    @Test func writesWithNestedContainersAndSuperEncoders() throws {
        struct Hand: Encodable {
            enum Keys: String, CodingKey { case a, b, c, d }
            func encode(to encoder: any Encoder) throws {
                var root = encoder.container(keyedBy: Keys.self)
                var a = root.nestedContainer(keyedBy: Keys.self, forKey: .a)
                var b = root.nestedUnkeyedContainer(forKey: .b)
                let late = root.superEncoder(forKey: .c)
                try root.encodeNil(forKey: .d)
                try a.encode(1, forKey: .a)
                try b.encode("x")
                var inner = b.nestedContainer(keyedBy: Keys.self)
                _ = b.superEncoder()
                var deep = b.nestedUnkeyedContainer()
                try b.encodeNil()
                try inner.encode(2.5, forKey: .b)
                try deep.encode([true])
                var single = late.singleValueContainer()
                try single.encode("late")
                try 7.encode(to: root.superEncoder())
                var again = encoder.container(keyedBy: Keys.self)
                try again.encode(9, forKey: .d)
            }
        }
        let expected = #"{"a":{"a":1},"b":["x",{"b":2.5},{},[[true]],null],"c":"late","d":9,"super":7}"#
        #expect(try text(Hand()) == expected)
    }

    @Test func refusesWhatCouldNotBeReadBack() {
        func refusal(_ value: some Encodable) -> JSONError? {
            #expect(throws: JSONError.self) { try JSON.encode(value) }
        }
        let null = "must not contain the character U+0000"
        #expect(
            refusal(["a": [1, Double.nan]]) == JSONError(.unencodable, path: "a[1]", message: "is not a finite number"))
        #expect(refusal(-Double.infinity) == JSONError(.unencodable, path: "", message: "is not a finite number"))
        #expect(refusal([Float.infinity]) == JSONError(.unencodable, path: "[0]", message: "is not a finite number"))
        #expect(refusal(["a": ["b": "x\0"]]) == JSONError(.unencodable, path: "a.b", message: null))
        #expect(refusal(["a": ["b\0": 1]])?.path == "a")
        #expect(
            refusal([UInt64.max])
                == JSONError(.unencodable, path: "[0]", message: "is a whole number over 9223372036854775807"))
        struct Stubborn: Encodable {
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(
                    0, .init(codingPath: encoder.codingPath, debugDescription: "will not"))
            }
        }
        #expect(refusal(["k": Stubborn()]) == JSONError(.unencodable, path: "k", message: "will not"))
    }

    @Test func writesNoDeeperThanItReads() throws {
        var value: JSONValue = 1
        for _ in 0..<64 { value = [value] }
        #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value)
        value = [value]
        let path = String(repeating: "[0]", count: 64)
        #expect(throws: JSONError(.unencodable, path: path, message: "is nested deeper than 64 levels")) {
            _ = try JSON.encode(value)
        }
        for _ in 0..<2000 { value = ["k": value] }
        #expect(throws: JSONError.self) { _ = try JSON.encode(value) }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func everyValueSurvivesTheWayThereAndBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let value = random.value(depth: 5)
            for style in [JSONStyle.compact, .sorted, .pretty] {
                let bytes = try JSON.encode(value, style: style)
                #expect(try JSON.decode(JSONValue.self, from: bytes) == value)
                #expect(try JSON.encode(JSON.decode(JSONValue.self, from: bytes), style: style) == bytes)
            }
        }
    }
}
