import JSONCoding
import Testing

private struct Model: Codable, Equatable {
    struct Inner: Codable, Equatable {
        var name: String
        var data: Base64Data?
        var level: UInt8?
        var rest: JSONValue?
    }
    var inner: [Inner]
    var map: [String: Double]?
}

@Suite struct FuzzTests {
    private static let alphabet = Array(#"{}[]:,"\/u0019aeE+-.tfn "#.utf8) + [0, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]

    /// Whatever the bytes, they decode or there is a JSONError; what decodes can be written and read again.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func mutatedDocumentsNeverDoAnythingElse(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 1000)
        let data = Base64.encode(random.bytes(3300))
        let valid = Array(
            #"{"inner":[{"name":"a\u00e9","data":"\#(data)","level":7,"rest":[1,{"k":-1.5e3,"k2":null}]}],"map":{"x":1}}"#
                .utf8)
        _ = try JSON.decode(Model.self, from: valid, cutting: ["data"])
        var refused = 0
        for _ in 0..<150 {
            let bytes = mutated(valid, &random)
            do throws(JSONError) {
                let model = try JSON.decode(Model.self, from: bytes, cutting: ["data"])
                let again = try JSON.decode(Model.self, from: JSON.encode(model))
                #expect(again == model)
            } catch {
                refused += 1
                #expect(!error.message.isEmpty && error.message.utf8.count < 500)
                let plain = #expect(throws: JSONError.self) { try JSON.decode(Model.self, from: bytes) }
                #expect(plain == error)
            }
        }
        #expect(refused > 0)
    }

    private func mutated(_ document: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            // Most of the document is one long text; half of the blows go to its structure.
            let inStructure = random.chance(50) ? Int.random(in: 0..<min(40, bytes.count), using: &random) : nil
            let at = inStructure ?? Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = Self.alphabet.randomElement(using: &random) ?? 0
            case 1: bytes.insert(Self.alphabet.randomElement(using: &random) ?? 0, at: at)
            case 2: bytes.remove(at: at)
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + 50))
            default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
            }
        }
        return bytes
    }

    @Test func noiseIsRefused() {
        var random = SeededGenerator(seed: 77)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Self.alphabet.randomElement(using: &random) ?? 0
            }
            do throws(JSONError) {
                let value = try JSON.decode(JSONValue.self, from: bytes)
                #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
