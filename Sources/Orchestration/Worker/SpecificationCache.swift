import JSONCoding
import JobModel
import Threads

/// The specifications of runs in hand, decoded once. Holds at most ``capacity``, the last ones read.
final class SpecificationCache: Sendable {
    private typealias Assets = [AssetID: AssetSpecification]
    private typealias Loading = Task<Result<Assets, MediaError>, Never>

    private struct Contents {
        var specifications: [ContentHash: Loading] = [:]
        var order: [ContentHash] = []
    }

    private static let capacity = 128
    private let store: any ArtifactStore
    private let contents = Locked(Contents())

    init(store: any ArtifactStore) { self.store = store }

    /// The asset as it was asked for; a failure is ours, not the provider's.
    func asset(_ id: AssetID, of run: RunRecord) async -> Result<AssetSpecification, MediaError> {
        let loading = loading(run.specification, owner: run.owner)
        switch await loading.value {
        case .success(let assets): return pick(id, assets)
        case .failure(let error):
            forget(run.specification, loading)
            return .failure(error)
        }
    }

    private func pick(_ id: AssetID, _ assets: Assets) -> Result<AssetSpecification, MediaError> {
        guard let asset = assets[id] else {
            return .failure(MediaError(.internalFailure, "the specification lacks this asset", phase: .beforeSend))
        }
        return .success(asset)
    }

    /// A run's calls start together: one of them reads, the others wait for it.
    private func loading(_ hash: ContentHash, owner: OwnerID) -> Loading {
        contents.withLock { contents in
            if let known = contents.specifications[hash] { return known }
            let loading = Loading { await self.load(hash, owner: owner) }
            contents.specifications[hash] = loading
            contents.order.append(hash)
            if contents.order.count > Self.capacity {
                contents.specifications[contents.order.removeFirst()] = nil
            }
            return loading
        }
    }

    private func load(_ hash: ContentHash, owner: OwnerID) async -> Result<Assets, MediaError> {
        do {
            let specification = try await Specifications.load(hash, owner: owner, from: store)
            return .success(
                Dictionary(specification.assets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
        } catch {
            let message = "the specification cannot be read: \(error)"
            return .failure(MediaError(.internalFailure, message, phase: .beforeSend))
        }
    }

    /// A failed reading is not kept: the next call tries again.
    private func forget(_ hash: ContentHash, _ failed: Loading) {
        contents.withLock { contents in
            guard contents.specifications[hash] == failed else { return }
            contents.specifications[hash] = nil
            contents.order.removeAll { $0 == hash }
        }
    }
}

/// Specifications as stored.
public enum Specifications {
    /// - Throws: ``StoreError`` or `JSONError`; `corrupt` if the bytes are not there, which a committed record rules out.
    public static func load(
        _ hash: ContentHash, owner: OwnerID, from store: any ArtifactStore
    ) async throws -> JobSpecification {
        guard let bytes = try await store.artifact(hash, owner: owner) else {
            throw StoreError(.corrupt, "the specification \(hash) is missing")
        }
        return try JSON.decode(
            JobSpecification.self, from: bytes,
            limits: JSONLimits(maximumBytes: StoreLimits.maximumArtifactBytes, maximumDepth: 16))
    }
}
