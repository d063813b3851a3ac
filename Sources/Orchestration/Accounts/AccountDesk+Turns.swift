import JobModel
import Logging

/// One turn: read the account, do what is asked, write it, answer; then write the lines that it holds.
extension AccountDesk {
    struct Standing {
        var record: AccountRecord
        var expected: RecordWrite.Expectation
    }

    /// Other processes may come between so often; then those who wait are told so.
    private static var triesAtMost: Int { 100 }

    func turn(_ owner: OwnerID, _ wishes: [Wish]) async {
        do throws(StoreError) {
            let (record, answers) = try await commit(owner, wishes)
            for (wish, answer) in zip(wishes, answers) { wish.answer.resume(returning: .answered(answer)) }
            if !record.pending.isEmpty { await writeLines(record) }
        } catch {
            for wish in wishes { wish.answer.resume(returning: .unavailable(error.message)) }
        }
    }

    func read(_ owner: OwnerID) throws(StoreError) -> Standing? {
        guard let stored = try store.get(Keys.account(owner)), !stored.isTombstone else { return nil }
        let record = try RecordCoding.decode(AccountRecord.self, from: stored)
        return Standing(record: record, expected: .revision(stored.revision))
    }

    private func commit(
        _ owner: OwnerID, _ wishes: [Wish]
    ) async throws(StoreError) -> (AccountRecord, [AccountAnswer]) {
        for _ in 0..<Self.triesAtMost {
            let now = clock.now()
            let standing = try read(owner) ?? Standing(record: AccountRecord(owner: owner, now: now), expected: .absent)
            var account = Account(standing.record, plans: plans, now: now)
            var answers: [AccountAnswer] = []
            // After the account was read: so none is missed that it does not hold any more.
            for wish in wishes { answers.append(account.apply(try await informed(wish, account.record))) }
            guard account.record != standing.record else { return (account.record, answers) }
            if try await write(account.record, expecting: standing.expected) { return (account.record, answers) }
        }
        throw StoreError(.busy, "the account of \(owner.redacted) is contended")
    }

    /// The step with the lines of its job that stand in the ledger.
    private func informed(_ wish: Wish, _ record: AccountRecord) async throws(StoreError) -> AccountStep {
        guard case .settle(let settlement, _) = wish.step, let since = wish.since else { return wish.step }
        var lines: [LedgerLine] = []
        var month = min(Month(of: since), record.month)
        while month <= record.month {
            let key = Keys.ledger(record.owner, month, settlement.jobID)
            lines += try await Ledger(store: store).lines(below: key)
            month = month.next
        }
        return .settle(settlement, standing: lines)
    }

    /// - Returns: false if somebody else wrote first.
    private func write(
        _ record: AccountRecord, expecting expected: RecordWrite.Expectation
    ) async throws(StoreError) -> Bool {
        var record = record
        record.writeID = random.next() >> 11
        let write = RecordWrite(
            key: Keys.account(record.owner), expected: expected, header: RecordCoding.header(of: record),
            body: try RecordCoding.body(of: record))
        switch await store.write(write) {
        case .committed: return true
        case .conflict: return false
        case .refused(let error): throw error
        case .unknown: return try read(record.owner)?.record.writeID == record.writeID
        }
    }

    // MARK: Lines

    /// Puts the lines that an account holds into the ledger, and then lets go of them. A line that stands there already
    /// is this one: another process, or this one before it died, has written it.
    private func writeLines(_ record: AccountRecord) async {
        var written: Set<LedgerLine.Name> = []
        await withTaskGroup(of: LedgerLine.Name?.self) { group in
            for line in record.pending { group.addTask { await self.write(line) ? line.name : nil } }
            for await name in group { if let name { written.insert(name) } }
        }
        guard !written.isEmpty else { return }
        do throws(StoreError) {
            for _ in 0..<Self.triesAtMost {
                guard let standing = try read(record.owner) else { return }
                var account = Account(standing.record, plans: plans, now: clock.now())
                _ = account.apply(.written(written))
                guard account.record != standing.record else { return }
                if try await write(account.record, expecting: standing.expected) { return }
            }
        } catch {
            // They stay where they are; the next turn, or the next sweep, finds them there.
            logger.error(
                "account.write_failed", metadata: ["owner": "\(record.owner.redacted)", "error": "\(error.message)"])
        }
    }

    private func write(_ line: LedgerLine) async -> Bool {
        var line = line
        line.writeID = random.next() >> 11
        do throws(StoreError) {
            let write = RecordWrite(
                key: Keys.ledgerLine(line), expected: .absent, header: RecordCoding.header(of: line),
                body: try RecordCoding.body(of: line))
            switch await store.write(write) {
            case .committed: return true
            case .conflict, .unknown: return try stands(line)
            case .refused(let error): throw error
            }
        } catch {
            logger.error(
                "ledger.write_failed", metadata: ["line": "\(Keys.ledgerLine(line))", "error": "\(error.message)"])
            return false
        }
    }

    private func stands(_ line: LedgerLine) throws(StoreError) -> Bool {
        guard let stored = try store.get(Keys.ledgerLine(line)), !stored.isTombstone else { return false }
        let standing = try RecordCoding.decode(LedgerLine.self, from: stored)
        guard standing.amount != line.amount else { return true }
        throw StoreError(.corrupt, "another line stands there")
    }
}
