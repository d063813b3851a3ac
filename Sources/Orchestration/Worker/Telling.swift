import JobModel

/// Gets pictures and snapshots to a run's receiver.
struct Telling: Sendable {
    let store: any ArtifactStore
    let sender: any SnapshotSender
    /// What is on its way to one address at a time: its bytes are in memory.
    private let lanes = AddressLanes(width: 64)

    init(store: any ArtifactStore, sender: any SnapshotSender) {
        self.store = store
        self.sender = sender
    }

    func upload(_ hash: ContentHash, of run: RunRecord) async -> DeliveryAnswer {
        await lanes.run(Telling.host(of: run.artifactURL ?? "")) { await put(hash, of: run) } ?? Telling.canceled
    }

    func deliver(_ snapshot: Snapshot) async -> DeliveryAnswer {
        await lanes.run(Telling.host(of: snapshot.webhookURL)) { await post(snapshot) } ?? Telling.canceled
    }

    private static let canceled = DeliveryAnswer.failed(reason: "the worker is shutting down", retryAfter: nil)

    /// Scheme, host and port: what stands before the path.
    static func host(of url: String) -> String {
        url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).prefix(2).joined(separator: "//")
    }

    private func put(_ hash: ContentHash, of run: RunRecord) async -> DeliveryAnswer {
        guard let artifactURL = run.artifactURL else { return .refused(reason: "the run has no artifact address") }
        do throws(StoreError) {
            guard let bytes = try await store.artifact(hash, owner: run.owner) else {
                return .refused(reason: "the picture is not in the worker's store")
            }
            return await sender.upload(bytes, hash: hash, to: artifactURL, of: run.jobID, trace: run.trace)
        } catch {
            return .failed(reason: error.message, retryAfter: nil)
        }
    }

    private func post(_ snapshot: Snapshot) async -> DeliveryAnswer {
        guard snapshot.artifactURL == nil else { return await sender.deliver(snapshot, pictures: [:]) }
        var pictures: [ContentHash: [UInt8]] = [:]
        do throws(StoreError) {
            for asset in snapshot.assets {
                guard let hash = asset.picture?.hash, pictures[hash] == nil else { continue }
                pictures[hash] = try await store.artifact(hash, owner: snapshot.owner)
            }
        } catch {
            return .failed(reason: error.message, retryAfter: nil)
        }
        return await sender.deliver(snapshot, pictures: pictures)
    }
}
