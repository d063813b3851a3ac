import JobModel
import Orchestration

/// A page of artifacts, small ones and files merged in the order of their names. Runs on a thread that may block.
struct ArtifactList {
    let environment: Environment
    let files: ArtifactFiles
    let after: ArtifactName?
    let limit: Int

    func run() throws(StoreError) -> [ArtifactSummary] {
        guard limit > 0 else { return [] }
        let names = try files.names(after: after, limit: limit)
        return try environment.read { transaction throws(StoreError) in
            var found = try small(in: transaction)
            for name in names {
                // Gone since it was listed: no line.
                guard let bytes = try Files.size(of: files.path(name)), let touchedAt = files.touchedAt(name) else {
                    continue
                }
                found.append(try summary(name, bytes: bytes, touchedAt: touchedAt, in: transaction))
            }
            return Array(found.sorted { $0.name < $1.name }.prefix(limit))
        }
    }

    private func small(in transaction: borrowing ReadTransaction) throws(StoreError) -> [ArtifactSummary] {
        let start = after.map(ArtifactValue.key) ?? []
        var found: [(name: ArtifactName, bytes: Int, touchedAt: Milliseconds)] = []
        try transaction.walk(transaction.databases.artifacts, from: start, excluding: true) { key, value in
            if let name = ArtifactValue.name(key) {
                found.append((name, max(0, value.count - ArtifactValue.headerBytes), ArtifactValue.time(in: value)))
            }
            return found.count < limit
        }
        var lines: [ArtifactSummary] = []
        for (name, bytes, touchedAt) in found {
            lines.append(try summary(name, bytes: bytes, touchedAt: touchedAt, in: transaction))
        }
        return lines
    }

    private func summary(
        _ name: ArtifactName, bytes: Int, touchedAt: Milliseconds, in transaction: borrowing ReadTransaction
    ) throws(StoreError) -> ArtifactSummary {
        var condemnedAt: Milliseconds?
        if let database = transaction.databases.condemned {
            condemnedAt = try transaction.found(database, ArtifactValue.key(name)).map { ArtifactValue.time(in: $0) }
        }
        return ArtifactSummary(name: name, bytes: bytes, touchedAt: touchedAt, condemnedAt: condemnedAt)
    }
}
