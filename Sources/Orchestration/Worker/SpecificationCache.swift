import JSONCoding
import JobModel
import Threads

/// The specifications of runs in hand, decoded once. Holds the few that were asked for last.
final class SpecificationCache: Sendable {
    private struct Contents {
        var specifications: [ContentHash: [AssetID: AssetSpecification]] = [:]
        var order: [ContentHash] = []
    }

    private static let capacity = 512
    private let store: any ArtifactStore
    private let contents = Locked(Contents())

    init(store: any ArtifactStore) { self.store = store }

    /// The asset as it was asked for; a failure is ours, not the provider's.
    func asset(_ id: AssetID, of run: RunRecord) async -> Result<AssetSpecification, MediaError> {
        if let found = contents.withLock({ $0.specifications[run.specification] }) { return pick(id, found) }
        do {
            let assets = try await load(run.specification, owner: run.owner)
            remember(run.specification, assets)
            return pick(id, assets)
        } catch {
            return .failure(MediaError(.internalFailure, "the specification cannot be read", phase: .beforeSend))
        }
    }

    private func pick(
        _ id: AssetID, _ assets: [AssetID: AssetSpecification]
    ) -> Result<AssetSpecification, MediaError> {
        guard let asset = assets[id] else {
            return .failure(MediaError(.internalFailure, "the specification lacks this asset", phase: .beforeSend))
        }
        return .success(asset)
    }

    private func load(_ hash: ContentHash, owner: OwnerID) async throws -> [AssetID: AssetSpecification] {
        let specification = try await Specifications.load(hash, owner: owner, from: store)
        return Dictionary(specification.assets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func remember(_ hash: ContentHash, _ assets: [AssetID: AssetSpecification]) {
        contents.withLock { contents in
            guard contents.specifications.updateValue(assets, forKey: hash) == nil else { return }
            contents.order.append(hash)
            if contents.order.count > Self.capacity {
                contents.specifications[contents.order.removeFirst()] = nil
            }
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
