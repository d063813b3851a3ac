import JSONCoding
import Testing

private struct Part: Codable, Equatable {
    var text: String?
    var data: Base64Data?
}

private struct Answer: Codable, Equatable {
    var parts: [Part]
}

/// The same fields as text: cut or not, a text must come out.
private struct TextPart: Codable, Equatable {
    var text: String?
    var data: String?
}

private struct TextAnswer: Codable, Equatable {
    var parts: [TextPart]
}

private enum Outcome<Value: Equatable>: Equatable {
    case value(Value)
    case error(JSONError)
}

private func outcome<Value: Decodable & Equatable>(
    _ type: Value.Type, _ bytes: [UInt8], cutting keys: [String]
) -> Outcome<Value> {
    do {
        return .value(try JSON.decode(type, from: bytes, cutting: keys))
    } catch {
        return .error(error)
    }
}

/// Checks that cutting changes nothing, and returns what came out.
@discardableResult
private func parity(_ document: String, _ comment: Comment? = nil) -> Outcome<Answer> {
    let bytes = Array(document.utf8)
    let plain = outcome(Answer.self, bytes, cutting: [])
    #expect(outcome(Answer.self, bytes, cutting: ["data"]) == plain, comment)
    let dynamic = outcome(JSONValue.self, bytes, cutting: [])
    #expect(outcome(JSONValue.self, bytes, cutting: ["data", "text"]) == dynamic, comment)
    let texts = outcome(TextAnswer.self, bytes, cutting: [])
    #expect(outcome(TextAnswer.self, bytes, cutting: ["data"]) == texts, comment)
    return plain
}

@Suite struct CuttingTests {
    private let bytes = [UInt8](repeating: 0xFF, count: 6000)
    private var long: String { Base64.encode(bytes) }

    @Test func cutsOutWhatIsLongAndPlain() throws {
        let document = #"{"parts":[{"text":"hi"},{"data" : "\#(long)"}]}"#
        #expect(parity(document) == .value(Answer(parts: [Part(text: "hi"), Part(data: Base64Data(bytes))])))
    }

    @Test func understandsEscapedSlashes() throws {
        let escaped = long.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/")
        #expect(escaped.utf8.count > long.utf8.count)
        let document = #"{"parts":[{"data":"\#(escaped)"}]}"#
        #expect(parity(document) == .value(Answer(parts: [Part(data: Base64Data(bytes))])))
    }

    @Test func anotherEscapeTakesThePlainWay() throws {
        let odd = "\\u002f" + long.dropFirst()
        let document = #"{"parts":[{"data":"\#(odd)"}]}"#
        #expect(parity(document) == .value(Answer(parts: [Part(data: Base64Data(bytes))])))
    }

    @Test func whatIsNotBase64IsTheSameErrorAtTheSamePath() {
        let refusal = JSONError(.invalidValue, path: "parts[1].data", message: "must be base64 with padding")
        for bad in [long + "=", long.dropLast() + "*", "-" + long.dropFirst(), long + "A", "A A", "A"] {
            let document = #"{"parts":[{"data":"\#(long)"},{"data":"\#(bad)"}]}"#
            #expect(parity(document) == .error(refusal))
        }
    }

    @Test func isNotFooledByTextThatQuotesAField() {
        let quoted = #"look: \"data\":\"\#(long)\" and \"data\": \"\#(long)"#
        let text = "look: \"data\":\"\(long)\" and \"data\": \"\(long)"
        for (tail, meaning) in [(#"\\\"data\":"#, "\\\"data\":"), (#"\"data\":\\"#, "\"data\":\\")] {
            let document = #"{"parts":[{"text":"\#(quoted)"},{"text":"\#(tail)"},{"data":"\#(long)"}]}"#
            let parts = [Part(text: text), Part(text: meaning), Part(data: Base64Data(bytes))]
            #expect(parity(document) == .value(Answer(parts: parts)))
        }
        // A backslash too few: the text ends early, and what follows is no JSON for anybody.
        let broken = parity(#"{"parts":[{"text":"\\"data\":"},{"data":"\#(long)"}]}"#)
        guard case .error(let error) = broken else {
            Issue.record("was taken for JSON")
            return
        }
        #expect(error.code == .malformed)
    }

    @Test(arguments: [#"\u00000"#, #"\u0000"#, #"\u00001"#, #"\\u00000"#, #"\\\u00000"#, "\\u00000"])
    func contentThatLooksLikeAMarkGainsNothing(mark: String) {
        for document in [
            #"{"parts":[{"text":"\#(mark)"},{"data":"\#(long)"}]}"#,
            #"{"parts":[{"data":"\#(long)","text":"\#(mark)"}]}"#,
            #"{"parts":[{"data":"\#(mark)"},{"data":"\#(long)"}]}"#, #"{"\#(mark)":1,"parts":[{"data":"\#(long)"}]}"#,
        ] {
            let result = parity(document)
            guard !mark.hasPrefix(#"\\"#), case .error(let error) = result else { continue }
            #expect(error.code == .invalidValue)
        }
    }

    @Test func onlyValuesOfTheNamedKeysAreCut() {
        for document in [
            #"{"parts":[{"\#(long)":1,"data":"\#(long)"}]}"#, #"{"parts":[],"x":["data","\#(long)"]}"#,
            #"{"parts":[{"d\u0061ta":"\#(long)"}]}"#, #"{"data":{"parts":"\#(long)"},"parts":[]}"#,
            #"{"parts":[{"data":"\#(long)","data":"\#(long)"}]}"#, #"{"data":"\#(long)":1}"#, #""data":"\#(long)""#,
            #"{"parts":[{"data":"\#(long)"#, #"{"parts":[{"data":"\#(long)"}]"#, #"{"parts":[{"data":"\#(long)"}]}x"#,
            #"["data":"\#(long)"]"#, #"{"data"::"\#(long)"}"#, #"{"data":1"\#(long)"}"#, #"{"data":"\#(long)"1}"#,
        ] {
            parity(document, "\(document.prefix(40))…\(document.suffix(10))")
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func generatedDocumentsComeOutTheSame(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = (0..<Int.random(in: 1...6, using: &random)).map { _ in part(&random) }
        var document = Array("{\"parts\":[\(parts.joined(separator: ","))]}".utf8)
        if random.chance(30) { document[Int.random(in: 0..<document.count, using: &random)] = random.bytes(1)[0] }
        if random.chance(10) { document.removeLast(Int.random(in: 1...document.count, using: &random)) }
        parity(String(decoding: document, as: UTF8.self), "seed \(seed)")
    }

    private func part(_ random: inout SeededGenerator) -> String {
        let count = [0, 10, 3000, 3070, 3071, 3072, 3073, 9000].randomElement(using: &random) ?? 0
        var data = Base64.encode(random.bytes(count))
        if random.chance(20) {
            data = data.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/")
        }
        if random.chance(10), !data.isEmpty { data = "\\u0041" + data.dropFirst() }
        if random.chance(10) { data = String(data.dropLast()) }
        if random.chance(5) { data += "\\" }
        let text = random.text().replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ")
        let safe = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 }))
        return random.chance(50)
            ? #"{"data":"\#(data)","text":"\#(safe)"}"# : #"{"text":"\#(safe)","data" : "\#(data)"}"#
    }
}
