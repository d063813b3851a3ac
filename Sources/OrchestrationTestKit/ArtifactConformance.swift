import JobModel
import Orchestration

/// Bytes under their hash, alone and attached to records.
struct ArtifactConformance {
    let subject: KeyValueStoreConformance.Subject
    private var store: any KeyValueStore & ArtifactStore { subject.store }

    func storesOnce() async throws {
        for count in [0, 1, 1000] {
            let artifact = Artifact(owner: .local, bytes: [UInt8](repeating: 3, count: count))
            try require(
                try !store.hasArtifact(artifact.hash, owner: .local), "an artifact is there before it is stored")
            try require(await readBack(artifact) == nil, "bytes before they are stored")
            try await store.store(artifact)
            try await store.store(artifact)
            try requireEqual(await readBack(artifact), artifact.bytes, "the bytes")
            try require(store.hasArtifact(artifact.hash, owner: .local), "a stored artifact is not there")
        }
        try requireEqual(try store.latestRevision(), .zero, "artifacts have no revisions, but the newest")
    }

    func refusesWrongHashes() async throws {
        let artifact = Artifact(owner: .local, hash: ContentHash(of: [1]), bytes: [2])
        do {
            try await store.store(artifact)
            throw ConformanceFailure("bytes were stored under a hash that is not theirs")
        } catch let error as StoreError {
            try requireEqual(error.code, .corrupt, "the error for a wrong hash")
        }
        let write = RecordWrite(
            key: StoreKey("head"), expected: .absent, header: .plain, body: [], attachments: [artifact])
        try await store.mustRefuse(write, as: .corrupt)
        try require(try store.get(write.key) == nil, "a record whose attachment was refused is there")
        try require(try !store.hasArtifact(artifact.hash, owner: .local), "a refused artifact is there")
    }

    func keepsOwnersApart() async throws {
        let mine = try Artifact(owner: OwnerID("mine"), bytes: [1, 2, 3])
        let theirs = try OwnerID("theirs")
        try await store.store(mine)
        try require(try !store.hasArtifact(mine.hash, owner: theirs), "another owner has the artifact")
        let foreign = try await store.artifact(mine.hash, owner: theirs)
        try require(foreign == nil, "another owner reads the artifact")
        try await store.store(Artifact(owner: theirs, bytes: mine.bytes))
        let own = try await store.artifact(mine.hash, owner: theirs)
        try requireEqual(own, mine.bytes, "the other owner's own copy")
    }

    func storesLarge() async throws {
        var reopened = store
        for count in [256 * 1024, 256 * 1024 + 1, 1_000_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
            let artifact = Artifact(owner: .local, bytes: bytes)
            try await reopened.store(artifact)
            try await reopened.store(artifact)
            reopened = try await subject.reopen()
            let found = try await reopened.artifact(artifact.hash, owner: .local)
            try require(found == bytes, "an artifact of \(count) bytes came back changed")
            try require(reopened.hasArtifact(artifact.hash, owner: .local), "a large artifact is not there")
        }
        let tooLarge = Artifact(
            owner: .local, hash: ContentHash(of: []),
            bytes: [UInt8](repeating: 0, count: StoreLimits.maximumArtifactBytes + 1))
        do {
            try await reopened.store(tooLarge)
            throw ConformanceFailure("an artifact over the limit was stored")
        } catch let error as StoreError {
            try requireEqual(error.code, .tooLarge, "the error for an artifact over the limit")
        }
    }

    /// A reader that runs along must never see a record without its picture.
    func attachesBeforeTheRecordIsReadable() async throws {
        let (store, key, rounds) = (store, StoreKey("head"), 20)
        let artifacts = (0..<rounds).map { round in
            Artifact(
                owner: .local,
                bytes: [UInt8](repeating: UInt8(round), count: round.isMultiple(of: 4) ? 300_000 : 2_000))
        }
        let news = store.watch(key)
        let reader = Task {
            for await _ in news {
                let record = try store.mustGet(key)
                let hash = try ContentHash(String(decoding: record.body, as: UTF8.self))
                let bytes = try await store.artifact(hash, owner: .local)
                try require(bytes != nil, "the record is readable, its attachment is not")
                if hash == artifacts[rounds - 1].hash { return }
            }
            throw ConformanceFailure("the stream ended early")
        }
        var expected = RecordWrite.Expectation.absent
        for artifact in artifacts {
            let body = Array(artifact.hash.text.utf8)
            expected = .revision(
                try await store.mustCommit(key, body, expecting: expected, attaching: [artifact]))
        }
        try await withDeadline(waitingFor: "the reader") { try await reader.value }
    }

    func attachesNothingOnConflict() async throws {
        let key = StoreKey("head")
        try await store.mustCommit(key)
        let artifact = Artifact(owner: .local, bytes: [8, 8])
        try await store.mustConflict(key, expecting: .absent, attaching: [artifact])
        try require(try !store.hasArtifact(artifact.hash, owner: .local), "a conflict left its attachment")
        try require(await readBack(artifact) == nil, "a conflict left its attachment readable")
    }

    private func readBack(_ artifact: Artifact) async throws -> [UInt8]? {
        try await store.artifact(artifact.hash, owner: artifact.owner)
    }
}
