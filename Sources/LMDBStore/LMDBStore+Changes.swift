import Orchestration

extension LMDBStore {
    public func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges {
        try environment.read { transaction throws(StoreError) in
            let newest = try transaction.meta().revision
            guard after <= newest, newest.number - after.number <= UInt64(max(0, limit)) else {
                return StoreChanges(upTo: newest, changed: nil)
            }
            let logged = try transaction.logged(after: after, below: EncodedKey(prefix))
            guard logged.count == newest.number - after.number else {
                return StoreChanges(upTo: newest, changed: nil)
            }
            var changed: [StoreKey: Revision] = [:]
            for (key, revision) in logged.keys {
                guard let key = try Self.key(key, in: transaction) else { continue }
                changed[key] = revision
            }
            return StoreChanges(upTo: newest, changed: changed)
        }
    }

    /// A key with a digest in it is known by the record alone; nil if that is gone.
    private static func key(
        _ encoded: EncodedKey, in transaction: borrowing ReadTransaction
    ) throws(StoreError) -> StoreKey? {
        if let key = encoded.decoded { return key }
        do throws(LMDBFailure) {
            let found = try transaction.value(transaction.databases.records, encoded.bytes)
            return found.flatMap { RecordView.key(in: $0, foundAt: encoded) }
        } catch {
            throw error.storeError
        }
    }
}

extension ReadTransaction {
    /// How many entries the log has behind a revision, and of those below the prefix the keys with the newest change of
    /// each.
    func logged(
        after seen: Revision, below prefix: EncodedKey
    ) throws(StoreError) -> (count: UInt64, keys: [EncodedKey: Revision]) {
        var count: UInt64 = 0
        var keys: [EncodedKey: Revision] = [:]
        try walk(databases.changes, from: ChangeLog.key(Revision(seen.number + 1))) { revision, key in
            count += 1
            if key.starts(with: prefix.bytes), let revision = ChangeLog.revision(revision) {
                keys[EncodedKey(stored: key)] = revision
            }
            return true
        }
        return (count, keys)
    }
}
