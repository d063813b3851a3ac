import JobModel
import Orchestration
import Threads

extension LMDBStore: ArtifactStore {
    public func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]? {
        let (environment, files) = (environment, files)
        return try await onPool { () throws(StoreError) in
            let name = ArtifactName(owner: owner, hash: hash)
            let small = try environment.artifact(name)
            let found = if let small { small } else { try files.read(name) }
            guard let bytes = found else { return nil }
            guard ContentHash(of: bytes) == hash else {
                throw StoreError(.corrupt, "the artifact \(hash) of \(owner.redacted) is damaged: store it again")
            }
            return bytes
        }
    }

    public func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        let name = ArtifactName(owner: owner, hash: hash)
        switch try environment.standing(of: name) {
        case .small: return true
        case .condemned: return false
        case .none: return try files.contains(name)
        }
    }

    public func store(_ artifact: Artifact) async throws(StoreError) {
        if artifact.isSmall {
            try await onPool { () throws(StoreError) in try artifact.checkLimits() }
            _ = try await commit(.artifact(artifact))
        } else {
            let files = files
            try await onPool { () throws(StoreError) in
                try artifact.checkLimits()
                try files.store(artifact)
            }
            _ = try await commit(.keep(ArtifactName(artifact)))
        }
    }

    public func artifacts(after: ArtifactName?, limit: Int) async throws(StoreError) -> [ArtifactSummary] {
        let list = ArtifactList(environment: environment, files: files, after: after, limit: limit)
        return try await onPool { () throws(StoreError) in try list.run() }
    }

    public func carryOut(_ orders: [ArtifactOrder]) async throws(StoreError) -> [Bool] {
        try orders.checkLimits()
        return orders.isEmpty ? [] : try await commit(.orders(orders))
    }

    /// Checks the write, and makes its large attachments durable before the record that names them. A write that is
    /// bound to conflict leaves no files.
    /// - Returns: the outcome, if the write must go no further.
    func storeAttachments(of write: RecordWrite) async throws(StoreError) -> WriteOutcome? {
        let files = files
        return try await onPool { [self] () throws(StoreError) in
            try write.checkLimits()
            let large = write.attachments.filter { !$0.isSmall }
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
    }

    /// What was done, of orders.
    private func commit(_ request: WriteRequest) async throws(StoreError) -> [Bool] {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        let answer = await submit(request)
        switch answer.outcome {
        case .committed: return answer.done
        case .refused(let error), .unknown(let error): throw error
        case .conflict: throw StoreError(.io, "an artifact cannot conflict, but the store says so")
        }
    }

    private func onPool<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        return try await pool.run { () -> Result<Value, StoreError> in
            Result { () throws(StoreError) in try body() }
        }.get()
    }
}

extension Artifact {
    /// Whether it stands beside the records rather than in a file of its own.
    var isSmall: Bool { bytes.count <= ArtifactValue.maximumBytes }
}

extension ArtifactName {
    init(_ artifact: Artifact) { self.init(owner: artifact.owner, hash: artifact.hash) }
}

extension Environment {
    fileprivate enum Standing {
        case none
        case small
        /// Small or a file, which need not be there any more.
        case condemned
    }

    fileprivate func artifact(_ name: ArtifactName) throws(StoreError) -> [UInt8]? {
        let key = ArtifactValue.key(name)
        return try read { transaction throws(StoreError) in
            try transaction.found(transaction.databases.artifacts, key).map { Array(ArtifactValue.bytes(in: $0)) }
        }
    }

    fileprivate func standing(of name: ArtifactName) throws(StoreError) -> Standing {
        let key = ArtifactValue.key(name)
        return try read { transaction throws(StoreError) in
            if let condemned = transaction.databases.condemned, try transaction.found(condemned, key) != nil {
                return .condemned
            }
            return try transaction.found(transaction.databases.artifacts, key) == nil ? .none : .small
        }
    }
}
