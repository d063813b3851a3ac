import CLMDB
import JobModel
import Orchestration

/// What a write transaction does about artifacts.
struct ArtifactKeeping {
    let files: ArtifactFiles
    let now: Milliseconds
    /// Whether anything was written into the transaction.
    private(set) var isChanged = false

    init(files: ArtifactFiles, now: Milliseconds) {
        self.files = files
        self.now = now
    }

    /// A small one.
    mutating func put(_ artifact: Artifact, in transaction: borrowing WriteTransaction) throws(LMDBFailure) {
        let name = ArtifactName(owner: artifact.owner, hash: artifact.hash)
        let key = ArtifactValue.key(name)
        let database = transaction.databases.artifacts
        let isLifted = try lift(name, in: transaction)
        if let standing = try transaction.value(database, key), ArtifactValue.holds(standing, artifact.bytes),
            !isLifted, !isOld(ArtifactValue.time(in: standing))
        {
            return
        }
        try write(artifact.bytes, key, in: transaction)
    }

    /// A large one, whose file is there: from now on it may be relied on.
    /// - Returns: nil, or why it may not: it was removed since it was stored. Storing it once more mends that.
    mutating func keep(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> StoreError? {
        guard let touchedAt = files.touchedAt(name) else {
            return StoreError(.busy, "the artifact \(name.hash) was swept while it was stored again: try again")
        }
        let isLifted = try lift(name, in: transaction)
        guard isLifted || isOld(touchedAt) else { return nil }
        do throws(StoreError) { try files.touch(name, now) } catch { return error }
        return nil
    }

    /// - Returns: whether it was done, see ``ArtifactOrder``.
    mutating func carryOut(
        _ order: ArtifactOrder, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Result<Bool, StoreError> {
        switch order {
        case .condemn(let name, let now, let untouchedSince):
            guard try condemnedAt(name, in: transaction) == nil,
                let touchedAt = try touchedAt(name, in: transaction), touchedAt < untouchedSince
            else { return .success(false) }
            try transaction.put(condemned(transaction), ArtifactValue.key(name), ArtifactValue.time(now))
            isChanged = true
            return .success(true)
        case .spare(let name): return try spare(name, in: transaction)
        case .remove(let name, let condemnedBefore):
            guard let since = try condemnedAt(name, in: transaction), since < condemnedBefore else {
                return .success(false)
            }
            return try remove(name, in: transaction)
        }
    }

    private mutating func spare(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Result<Bool, StoreError> {
        guard try lift(name, in: transaction) else { return .success(false) }
        let key = ArtifactValue.key(name)
        if let standing = try transaction.value(transaction.databases.artifacts, key) {
            try write(Array(ArtifactValue.bytes(in: standing)), key, in: transaction)
        } else if files.touchedAt(name) != nil {
            do throws(StoreError) { try files.touch(name, now) } catch { return .failure(error) }
        }
        return .success(true)
    }

    /// The file goes before the commit. If that fails, what is left is a mark without an artifact, which hurts nobody.
    private mutating func remove(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Result<Bool, StoreError> {
        do throws(StoreError) { try files.remove(name) } catch { return .failure(error) }
        try transaction.delete(transaction.databases.artifacts, ArtifactValue.key(name))
        return .success(try lift(name, in: transaction))
    }

    /// Whether it was condemned.
    private mutating func lift(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Bool {
        guard try condemnedAt(name, in: transaction) != nil else { return false }
        try transaction.delete(condemned(transaction), ArtifactValue.key(name))
        isChanged = true
        return true
    }

    private mutating func write(
        _ bytes: [UInt8], _ key: [UInt8], in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) {
        try transaction.put(transaction.databases.artifacts, key, count: ArtifactValue.headerBytes + bytes.count) {
            ArtifactValue.store(bytes, touchedAt: now, into: $0)
        }
        isChanged = true
    }

    private func condemnedAt(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Milliseconds? {
        try transaction.value(condemned(transaction), ArtifactValue.key(name)).map { ArtifactValue.time(in: $0) }
    }

    /// Nil if it is not here.
    private func touchedAt(
        _ name: ArtifactName, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Milliseconds? {
        let value = try transaction.value(transaction.databases.artifacts, ArtifactValue.key(name))
        return value.map { ArtifactValue.time(in: $0) } ?? files.touchedAt(name)
    }

    /// A time in the future, from before a clock was set right, counts as old too.
    private func isOld(_ touchedAt: Milliseconds) -> Bool {
        touchedAt <= now - ArtifactLimits.touchPrecision || touchedAt >= now + ArtifactLimits.touchPrecision
    }

    /// Opening for writing made sure that there is one.
    private func condemned(_ transaction: borrowing WriteTransaction) throws(LMDBFailure) -> MDB_dbi {
        guard let database = transaction.databases.condemned else {
            throw LMDBFailure(code: MDB_BAD_DBI, action: "looking at condemned artifacts")
        }
        return database
    }
}
