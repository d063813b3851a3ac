import JSONCoding

#if canImport(Glibc)
import Glibc
#endif

/// Where the things under test are.
enum Places {
    /// `DARKROOM_BIN`, or beside the running test bundle, where `swift build` puts both.
    static let binaries: String = {
        if let given = getenv("DARKROOM_BIN").map({ String(cString: $0) }), !given.isEmpty { return given }
        guard let bundle = realpath("/proc/self/exe", nil) else { return "." }
        defer { free(bundle) }
        return parent(of: String(cString: bundle))
    }()

    /// The repository: this file stands three folders below it.
    static let repository: String = (0..<4).reduce(#filePath) { path, _ in parent(of: path) }

    static func fixture(_ name: String) -> String { "\(repository)/fixtures/\(name)" }

    static func script(_ name: String) -> String { "\(repository)/scripts/\(name)" }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

/// The case of 14 that most tests use.
enum Cases {
    static let harborLights = Places.fixture("cases/harbor-lights.json")
    static let evidence = (1...10).map { "evidence-\($0)" }
    static let locations = (1...4).map { "location-\($0)" }

    /// A case of our own: the first items are evidence.
    static func document(_ caseID: String, evidence: Int, locations: Int = 0, words: String = "") -> JSONValue {
        func items(_ kind: String, _ count: Int) -> JSONValue {
            .array(
                (0..<count).map { index in
                    [
                        "id": .string("\(kind)-\(index + 1)"), "name": .string("\(kind) \(index + 1) of \(caseID)"),
                        "description": .string("Found at the scene.\(words)"),
                    ]
                })
        }
        return [
            "caseId": .string(caseID), "evidence": items("evidence", evidence),
            "locations": items("location", locations),
        ]
    }
}
