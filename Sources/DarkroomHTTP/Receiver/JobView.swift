import JSONCoding
import JobModel
import Orchestration

/// A job as clients see it: the first system's names, and ours beside them.
public struct JobView: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        var id: AssetID
        var name: String
        var description: String
    }

    /// The names that system D gives to the parts of an error.
    struct ErrorView: Encodable, Sendable {
        var code: String
        var kind: String
        var message: String
        var provider: String?
        var providerCode: String?
        var isRetryable: Bool
        var userActionRequired: Bool
        var retriedCount: Int
    }

    struct Asset: Encodable, Sendable {
        var id: AssetID
        var kind: AssetKind
        var name: String
        var status: AssetState
        var attempts: Int
        var error: ErrorView?
        /// The words for the provider, and the model asked for if it is not the provider's own.
        var prompt: String?
        var model: String?
        /// Who made it, or was asked last; absent while nobody was.
        var provider: String?
        var source: AssetSource?
        /// In words, why there is no picture; absent where there is one.
        var missingReason: String?
        /// Of all epochs; absent while there was no call.
        var cost: AssetCost?
        var image: String?
    }

    var caseId: CaseID
    var jobId: JobID
    var status: JobStatus
    var final: Bool
    var totalImages: Int
    var completedImages: Int
    var failedImages: Int
    var failedIds: [AssetID]
    var queue: QueuePlace?
    var cost: JobCost
    var evidenceImages: [String: String]
    var locationImages: [String: String]
    var createdAt: Milliseconds
    var startedAt: Milliseconds?
    var completedAt: Milliseconds?
    var updatedAt: Milliseconds
    var retryCount: Int
    var maxRetries: Int
    /// The last cause, or `MAX_RETRIES_EXCEEDED` with the cause beside it.
    var errorCode: String?
    var errorCause: String?
    var errorMessage: String?
    var lastError: String?
    /// Somebody wants the work to end.
    var cancelAskedAt: Milliseconds?
    /// Since when somebody has been told that there is no news of it.
    var alertedAt: Milliseconds?
    var epoch: Int
    var version: Int
    var revision: UInt64
    var worker: String
    var evidence: [Item]
    var locations: [Item]
    var assets: [Asset]
}

/// Makes views of records.
public enum JobViews {
    public static func view(
        _ job: JobRecord, revision: Revision, isInline: Bool, artifacts: any ArtifactStore
    ) async throws -> JobView {
        let specification = try await Specifications.load(job.specification, owner: job.owner, from: artifacts)
        var links: [AssetID: String] = [:]
        for asset in job.assets {
            links[asset.id] = try await link(asset, job, isInline: isInline, artifacts: artifacts)
        }
        return view(job, revision: revision, specification: specification, links: links)
    }

    /// As ``view(_:revision:isInline:artifacts:)``, with an address on this server, `/api/…`, where a picture has no other:
    /// never with the bytes themselves.
    static func linkedView(
        _ job: JobRecord, revision: Revision, artifacts: any ArtifactStore
    ) async throws -> JobView {
        let specification = try await Specifications.load(job.specification, owner: job.owner, from: artifacts)
        var links: [AssetID: String] = [:]
        for asset in job.assets {
            let isHere = asset.picture != nil && job.handOut.artifactURL == nil
            links[asset.id] = isHere ? "/api/cases/\(job.caseID)/images/\(asset.id)" : job.link(to: asset)
        }
        return view(job, revision: revision, specification: specification, links: links)
    }

    private static func link(
        _ asset: JobAsset, _ job: JobRecord, isInline: Bool, artifacts: any ArtifactStore
    ) async throws -> String? {
        guard let picture = asset.picture else { return asset.link }
        guard isInline || job.handOut.artifactURL == nil else {
            return job.handOut.artifactURL.map { "\($0)/\(picture.hash)" }
        }
        guard let bytes = try await artifacts.artifact(picture.hash, owner: job.owner) else { return nil }
        return "data:\(picture.mediaType);base64,\(Base64.encode(bytes))"
    }

    private static func view(
        _ job: JobRecord, revision: Revision, specification: JobSpecification, links: [AssetID: String]
    ) -> JobView {
        func images(of isKind: (AssetKind) -> Bool) -> [String: String] {
            var images: [String: String] = [:]
            for asset in job.assets where isKind(asset.kind) && asset.status == .generated {
                images[asset.id.text] = links[asset.id]
            }
            return images
        }
        func items(of isKind: (AssetKind) -> Bool) -> [JobView.Item] {
            specification.assets.filter { isKind($0.kind) }.map {
                JobView.Item(id: $0.id, name: $0.subject.name, description: $0.subject.description)
            }
        }
        let isLocation: (AssetKind) -> Bool = { $0 == .location }
        let failed = job.assets.first { $0.status != .generated && $0.error != nil }
        return JobView(
            caseId: job.caseID, jobId: job.jobID, status: job.status, final: job.isFinal,
            totalImages: job.assets.count, completedImages: job.completedImages, failedImages: job.failedIDs.count,
            failedIds: job.failedIDs, queue: job.queue, cost: job.cost, evidenceImages: images { !isLocation($0) },
            locationImages: images(of: isLocation),
            createdAt: job.createdAt, startedAt: job.startedAt, completedAt: job.completedAt, updatedAt: job.updatedAt,
            retryCount: job.retryCount, maxRetries: job.maxRetries, errorCode: failed?.errorCode,
            errorCause: failed?.errorCause, errorMessage: failed?.error?.message, lastError: job.lastError,
            cancelAskedAt: job.cancel?.askedAt, alertedAt: job.alertedAt, epoch: job.handOut.epoch,
            version: job.version,
            revision: revision.number, worker: job.handOut.worker, evidence: items { !isLocation($0) },
            locations: items(of: isLocation), assets: assets(job, specification, links))
    }

    private static func assets(
        _ job: JobRecord, _ specification: JobSpecification, _ links: [AssetID: String]
    ) -> [JobView.Asset] {
        let words = Dictionary(specification.assets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return job.assets.map { asset($0, words[$0.id], link: links[$0.id]) }
    }

    private static func asset(
        _ asset: JobAsset, _ specification: AssetSpecification?, link: String?
    ) -> JobView.Asset {
        JobView.Asset(
            id: asset.id, kind: asset.kind, name: asset.name, status: asset.status, attempts: asset.attempts,
            error: asset.error.map { error in
                JobView.ErrorView(
                    code: error.codeD, kind: error.kind.rawValue, message: error.message, provider: error.provider,
                    providerCode: error.providerCode, isRetryable: error.isRetryable,
                    userActionRequired: error.userActionRequired, retriedCount: max(0, asset.attempts - 1))
            },
            prompt: specification?.prompt, model: specification?.model,
            provider: asset.source?.provider ?? asset.provider, source: asset.source,
            missingReason: asset.missingReason,
            cost: asset.totalCost == AssetCost() ? nil : asset.totalCost,
            image: asset.status == .generated ? link : nil)
    }
}

extension JobAsset {
    /// Several attempts, each of which failed in a way that could have passed: only such failures are followed by
    /// another attempt, so the last one tells for all.
    private var hasSpentItsRetries: Bool { status == .failed && attempts > 1 && error?.isRetryable == true }

    /// System B's name for why there is no picture.
    var errorCode: String? { hasSpentItsRetries ? "MAX_RETRIES_EXCEEDED" : error?.codeB }

    /// System D's `missingReason`: a place in the sequence that still has no picture says why.
    var missingReason: String? {
        if let error, status != .generated, status != .queued { return error.message }
        return switch status {
        case .generated: nil
        case .queued: "it waits for its turn"
        case .generating: "it is being made"
        case .retrying: "it is tried again"
        case .needsPromptUpdate: "the provider will not make it from these words"
        case .held: "a call may have been billed, and nothing is repeated until somebody decides"
        case .failed: "it could not be made"
        case .canceled: "the job was canceled first"
        }
    }

    /// What stood behind the last attempt where `errorCode` does not say it.
    var errorCause: String? { hasSpentItsRetries ? error?.codeB : nil }
}
