/// Kills a process after its first durable commit, its second, and so on, each time in a history of its own.
enum CrashSweep {
    /// So many histories run at once.
    private static let width = 4
    /// A process that is still being killed at this commit of a case of five is in a loop.
    private static let limit = 200

    /// - Parameter history: runs one history with the process set to die right after its n-th commit, and returns
    ///   whether it did.
    /// - Returns: how many histories had a kill in them.
    static func run(_ history: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
        var kills = 0
        for first in stride(from: 1, through: limit, by: width) {
            let killed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for n in first..<first + width { group.addTask { try await history(n) } }
                return try await group.reduce(into: 0) { count, wasKilled in count += wasKilled ? 1 : 0 }
            }
            kills += killed
            if killed < width { return kills }
        }
        throw TimedOut(what: "a history without a kill", limit: .zero)
    }
}

/// What a job of a sweep must have come to.
struct CrashCase: Sendable {
    let rig: Rig
    let caseID: String
    /// Where its control side keeps it.
    let data: String

    static let images = 5

    func file() throws -> String { try rig.file(Cases.document(caseID, evidence: 4, locations: 1)) }

    func stored(_ key: String) async throws -> Finished {
        try await rig.run("initiator", ["get", key, "--data", rig.path(data)])
    }
}
