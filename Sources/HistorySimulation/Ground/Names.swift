import JobModel

/// The names in a history. Each is made once: names are most of what a history spends its time on.
enum Names {
    static let cases: [CaseID] = (0..<8).map { known(try? CaseID("case\($0)")) }
    static let assets: [AssetID] = (0..<8).map { known(try? AssetID("a\($0)")) }
    private static let jobs: [JobID] = (0..<64).map { known(try? JobID("job\($0)")) }
    private static let claims: [Claim] = (0..<256).map { known(try? Claim("claim\($0)")) }

    static func job(_ number: Int) -> JobID { jobs.indices.contains(number) ? jobs[number] : make("job\(number)") }

    static func claim(_ number: Int) -> Claim {
        claims.indices.contains(number) ? claims[number] : make("claim\(number)")
    }

    static func make<Name: Identifier>(_ text: String) -> Name { known(try? Name(text)) }

    static func known<Name>(_ name: Name?) -> Name {
        guard let name else { preconditionFailure("a name of the simulator's own is legal") }
        return name
    }

    /// The hash of bytes that are one number: as good as any other for a world that never reads them.
    static func hash(_ content: UInt64) -> ContentHash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for part in 0..<4 as Range<UInt64> {
            let word = Dice.mix(content &+ part &* 0x9E37_79B9_7F4A_7C15)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return ContentHash(digest: bytes)
    }

    static func bytes(_ content: UInt64) -> [UInt8] {
        stride(from: UInt64(0), to: 64, by: 8).map { UInt8(truncatingIfNeeded: content >> $0) }
    }

    /// A number for a text: FNV-1a.
    static func number(_ text: String, _ seed: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        text.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// A provider's price, the same wherever it is asked for.
    static let price: Int64 = 40_000

    static func workerURL(_ index: Int) -> String { "http://worker\(index)" }

    static func worker(at url: String) -> Int? { Int(url.dropFirst("http://worker".count)) }

    static let webhookURL = "http://receiver/api/webhook/image-progress"
    static let artifactURL = "http://receiver/api/artifacts"
}

/// Numbers stand for specifications and for their parts.
extension AssetSpecification {
    /// Of its words and its model.
    var words: UInt64 { Names.number(model ?? "", Names.number(prompt, Names.number(id.text))) }
}

extension JobSpecification {
    var content: UInt64 {
        assets.reduce(Names.number(caseID.text)) { Dice.mix($0 ^ $1.words) }
    }
}
