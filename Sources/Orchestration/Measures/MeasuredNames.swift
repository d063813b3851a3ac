import JobModel

/// Names as measures may show them: those that the program itself or its operator chose, and ``other`` in the place of
/// whatever a client may have.
enum MeasuredNames {
    static let other = MeasureBook.other
    /// Where there is nothing to be named.
    static let none = "none"

    private static let kinds: Set<String> =
        Set(SceneDetails.JobType.allCases.map(\.rawValue)).union(["image", "render"])

    static func kind(_ kind: AssetKind?) -> String {
        switch kind {
        case .evidence, .location: "\(kind ?? .evidence)"
        case .other(let name): kinds.contains(name) ? name : other
        case nil: none
        }
    }

    /// Of a provider that a worker named.
    static func provider(_ name: String?) -> String {
        guard let name else { return none }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain && (1...32).contains(name.utf8.count) ? name : other
    }

    /// The provider's configured model by its name, all others as one: a client may name what it likes.
    static func model(_ model: String, of provider: String, in run: RunRecord?) -> String {
        run?.providers.contains { $0.name == provider && $0.model == model } ?? false ? model : other
    }
}
