import JobModel
import Orchestration
import Threads

/// The embedded store: one LMDB environment a directory, for several processes of one host.
///
/// - Commits are durable when acknowledged; concurrent writers share one (group commit).
/// - Reads are point looks into mapped memory and take no lock that a commit holds.
/// - A process killed at any instant loses nothing that was acknowledged, and holds up nobody else.
/// - Not on network file systems, and not over `fork`.
public final class LMDBStore: KeyValueStore, Sendable {
    let environment: Environment
    let pool: BlockingPool
    let files: ArtifactFiles
    let operations = OperationCount()
    private let writer: Writer
    private let feed: ChangeFeed
    private let report: @Sendable (StoreError) -> Void

    /// Opens the store in `directory`; makes both if need be, as long as the parent directory exists (mode 0700).
    ///
    /// Blocks for some file operations and, for a new store, one sync.
    /// - Throws: `io` (no parent, not a directory, the system's own words), `read_only`, `in_use` (held alone by another
    ///   process, wanted alone while others are there, or open in this process already), `newer_format`, `corrupt`
    ///   (damaged, cut off, or another program's), `full`, `no_store`, `wrong_role`.
    public static func open(_ directory: String, options: Options = Options()) throws(StoreError) -> LMDBStore {
        let held = try StoreDirectory(directory, options: options)
        return try LMDBStore(Environment.open(held, options: options), options: options)
    }

    private init(_ environment: Environment, options: Options) throws(StoreError) {
        self.environment = environment
        report = options.report
        let files = ArtifactFiles(environment.path)
        if !options.isReadOnly { try files.prepare(in: environment.path, now: options.now()) }
        self.files = files
        let feed = try ChangeFeed(environment)
        self.feed = feed
        pool = BlockingPool(name: "store-pool", threads: options.blockingThreads)
        writer = Writer(environment, files: files, options: options) { feed.advance() }
    }

    deinit {
        writer.close()
        feed.finish()
    }

    /// Finishes what was begun, queued writes included, ends the watchers' streams and the threads, and frees the file.
    /// Later calls get `closed`. May be called twice.
    public func close() async {
        await operations.close()
        writer.close()
        feed.finish()
        await writer.join()
        await feed.join()
        await pool.shutdown()
        environment.close()
    }

    public func get(_ key: StoreKey) throws(StoreError) -> StoredRecord? {
        try key.checkLimits()
        let encoded = EncodedKey(key)
        return try environment.read { transaction throws(StoreError) in
            try Self.record(at: key, encoded, in: transaction)
        }
    }

    public func write(_ write: RecordWrite) async -> WriteOutcome {
        guard operations.begin() else { return .refused(Environment.closedError) }
        defer { operations.end() }
        do throws(StoreError) {
            if write.attachments.isEmpty {
                try write.checkLimits()
            } else if let outcome = try await storeAttachments(of: write) {
                return outcome
            }
        } catch {
            return .refused(error)
        }
        let (small, large) = (write.attachments.filter(\.isSmall), write.attachments.filter { !$0.isSmall })
        return await writer.submit(
            .record(PreparedRecord(write), attachments: small, files: large.map(ArtifactName.init)))
    }

    public func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome {
        guard operations.begin() else { return .refused(Environment.closedError) }
        defer { operations.end() }
        do throws(StoreError) { try key.checkLimits() } catch { return .refused(error) }
        return await writer.submit(.purge(EncodedKey(key), expected: expected))
    }

    public func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary] {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        let environment = environment
        let scan = Scan(prefix: prefix, after: after, limit: limit, report: report)
        return try await pool.run { () -> Result<[RecordSummary], StoreError> in
            Result { () throws(StoreError) in try scan.run(in: environment) }
        }.get()
    }

    public func latestRevision() throws(StoreError) -> Revision {
        try environment.read { transaction throws(StoreError) in try transaction.meta().revision }
    }

    public func watch(_ prefix: StoreKey) -> AsyncStream<Revision> {
        feed.watch(EncodedKey(prefix))
    }

    public func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord] {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        let environment = environment
        let scan = Scan(prefix: prefix, after: after, limit: limit, report: report)
        return try await pool.run { () -> Result<[StoredRecord], StoreError> in
            Result { () throws(StoreError) in try scan.records(in: environment) }
        }.get()
    }

    func submit(_ request: WriteRequest) async -> WriteAnswer { await writer.answer(request) }

    private static func record(
        at key: StoreKey, _ encoded: EncodedKey, in transaction: borrowing ReadTransaction
    ) throws(StoreError) -> StoredRecord? {
        let found: UnsafeRawBufferPointer?
        do throws(LMDBFailure) {
            found = try transaction.value(transaction.databases.records, encoded.bytes)
        } catch {
            throw error.storeError
        }
        guard let found else { return nil }
        return try encoded.bytes.withUnsafeBytes { bytes in
            Result { () throws(StoreError) in try RecordView.record(in: found, at: bytes, named: key) }
        }.get()
    }
}
