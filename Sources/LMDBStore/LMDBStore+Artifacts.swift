import JobModel
import Orchestration
import Threads

extension LMDBStore: ArtifactStore {
    public func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]? {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        let environment = environment
        let files = files
        return try await pool.run { () -> Result<[UInt8]?, StoreError> in
            Result { () throws(StoreError) in
                let small = try environment.artifact(hash, owner: owner)
                let found = if let small { small } else { try files.read(hash, owner: owner) }
                guard let bytes = found else { return nil }
                guard ContentHash(of: bytes) == hash else {
                    throw StoreError(.corrupt, "the artifact \(hash) of \(owner) is damaged: store it again")
                }
                return bytes
            }
        }.get()
    }

    public func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        if try environment.hasArtifact(hash, owner: owner) { return true }
        return try files.contains(hash, owner: owner)
    }

    public func store(_ artifact: Artifact) async throws(StoreError) {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        let isSmall = artifact.bytes.count <= ArtifactValue.maximumBytes
        let files = files
        try await pool.run { () -> Result<Void, StoreError> in
            Result { () throws(StoreError) in
                try artifact.checkLimits()
                if !isSmall { try files.store(artifact) }
            }
        }.get()
        guard isSmall else { return }
        switch await submit(artifact) {
        case .committed: return
        case .refused(let error), .unknown(let error): throw error
        case .conflict: throw StoreError(.io, "an artifact cannot conflict, but the store says so")
        }
    }

    /// Checks the write, and makes its large attachments durable before the record that names them. A write that is
    /// bound to conflict leaves no files.
    /// - Returns: the outcome, if the write must go no further.
    func storeAttachments(of write: RecordWrite) async throws(StoreError) -> WriteOutcome? {
        let files = files
        return try await pool.run { [self] () -> Result<WriteOutcome?, StoreError> in
            Result { () throws(StoreError) in
                try write.checkLimits()
                let large = write.attachments.filter { $0.bytes.count > ArtifactValue.maximumBytes }
                if large.isEmpty { return nil }
                let standing = try get(write.key)
                let isExpected: Bool =
                    switch write.expected {
                    case .absent: standing?.isTombstone ?? true
                    case .revision(let revision): standing?.revision == revision
                    }
                guard isExpected else { return .conflict }
                for artifact in large { try files.store(artifact) }
                return nil
            }
        }.get()
    }
}

extension Environment {
    fileprivate func artifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> [UInt8]? {
        try lookUp(hash, owner) { Array(ArtifactValue.bytes(in: $0)) }
    }

    fileprivate func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        try lookUp(hash, owner) { _ in true } ?? false
    }

    private func lookUp<Found>(
        _ hash: ContentHash, _ owner: OwnerID, _ found: (UnsafeRawBufferPointer) -> Found
    ) throws(StoreError) -> Found? {
        let key = ArtifactValue.key(hash, owner: owner)
        return try read { transaction throws(StoreError) in
            do throws(LMDBFailure) {
                return try transaction.value(transaction.databases.artifacts, key).map(found)
            } catch {
                throw error.storeError
            }
        }
    }
}
