import JobModel

/// Gets pictures and snapshots to a run's receiver.
struct Telling: Sendable {
    let store: any ArtifactStore
    let sender: any SnapshotSender

    func upload(_ hash: ContentHash, of run: RunRecord) async -> DeliveryAnswer {
        guard let artifactURL = run.artifactURL else { return .refused(reason: "the run has no artifact address") }
        do throws(StoreError) {
            guard let bytes = try await store.artifact(hash, owner: run.owner) else {
                return .refused(reason: "the picture is not in the worker's store")
            }
            return await sender.upload(bytes, hash: hash, to: artifactURL, of: run.jobID)
        } catch {
            return .failed(reason: error.message, retryAfter: nil)
        }
    }

    func deliver(_ snapshot: Snapshot) async -> DeliveryAnswer {
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
