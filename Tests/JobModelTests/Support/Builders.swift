@testable import JobModel

/// The values that most tests start from.
enum Make {
    static let webhookURL = "http://receiver.example/api/webhook/image-progress"
    static let artifactURL = "http://receiver.example/api/artifacts"

    static func hash(_ number: Int) -> ContentHash {
        ContentHash(digest: (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) })
    }

    static func asset(_ text: String) throws -> AssetID { try AssetID(text) }

    static func claim(_ epoch: Int) throws -> Claim { try Claim("claim_\(epoch)") }

    /// `evidence-1` … and `location-1` …, in the order of the request.
    static func assets(evidence: Int, locations: Int) throws -> [AssetRun] {
        let first = try (0..<evidence).map {
            AssetRun(id: try asset("evidence-\($0 + 1)"), kind: .evidence, priority: 0)
        }
        let second = try (0..<locations).map {
            AssetRun(id: try asset("location-\($0 + 1)"), kind: .location, priority: 0)
        }
        return first + second
    }

    static func run(
        epoch: Int = 1, claim: Claim? = nil, stopBy: Milliseconds? = nil, request: Int = 7, artifactURL: String? = nil,
        limits: RunLimits = RunLimits(), providers: [ProviderTerms] = [provider], acceptedAt: Milliseconds = 0,
        assets: [AssetRun]? = nil
    ) throws -> RunRecord {
        RunRecord(
            jobID: try JobID("job_1"), owner: .local, caseID: try CaseID("case-1"), epoch: epoch,
            claim: try claim ?? self.claim(epoch), stopBy: stopBy, specification: hash(1), requestHash: hash(request),
            webhookURL: webhookURL, artifactURL: artifactURL, limits: limits, providers: providers,
            acceptedAt: acceptedAt, assets: try assets ?? self.assets(evidence: 10, locations: 4))
    }

    static let lane = CallLane(provider: "test", model: "model-1")

    static func permits(_ count: Int, lane: CallLane = lane) -> [CallPermit] {
        (0..<count).map { CallPermit(lane: lane, number: UInt64($0 + 1)) }
    }

    static func cancel(_ token: ReplyToken, epoch: Int? = nil) -> RunEvent {
        guard let job = try? JobID("job_1") else { preconditionFailure("a legal name") }
        return .cancelRequested(token, RunCancel(job: job, epoch: epoch))
    }

    static let provider = ProviderTerms(name: "test", model: "model-1", prices: ["model-1": 40])

    static func proposal(_ record: RunRecord, isUnnumbered: Bool = false) -> RunProposal {
        RunProposal(
            record: record, specification: Artifact(owner: .local, hash: record.specification, bytes: [1]),
            isUnnumbered: isUnnumbered)
    }

    static func picture(_ number: Int) -> Picture {
        Picture(hash: hash(1_000 + number), bytes: 3, size: PixelSize(width: 512, height: 512), mediaType: "image/jpeg")
    }

    /// A picture of the asset's own: no two of a case are alike.
    static func made(_ id: AssetID) -> AttemptResult { made(id.text.utf8.reduce(0) { 31 &* $0 &+ Int($1) } & 0xFFFFF) }

    static let source = AssetSource(provider: "local", model: "renderer-1", costMicros: 0)

    static func made(_ number: Int) -> AttemptResult { .made(picture(number), source, [1, 2, 3]) }

    static func error(
        _ kind: MediaError.Kind, retryAfter: Milliseconds? = nil, phase: MediaError.Phase = .answerRead
    ) -> MediaError {
        MediaError(kind, "it went wrong", provider: "test", retryAfter: retryAfter, phase: phase)
    }
}

/// The control side's values.
extension Make {
    static let worker = "http://worker.example"

    static func job(
        _ number: Int = 1, request: Int = 7, assets names: [String] = ["evidence-1", "evidence-2", "location-1"],
        now: Milliseconds = 0
    ) throws -> JobRecord {
        let handOut = HandOut(
            epoch: 1, worker: worker, claim: try Claim("claim_\(number)_1"), stopBy: now + HandOut.fence,
            webhookURL: webhookURL, artifactURL: artifactURL)
        return JobRecord(
            jobID: try JobID("job_\(number)"), owner: .local, caseID: try CaseID("case-1"), createdAt: now,
            specification: hash(request), requestHash: hash(request), handOut: handOut,
            assets: try names.map {
                JobAsset(id: try asset($0), kind: $0.hasPrefix("location") ? .location : .evidence, name: $0)
            })
    }

    static func proposal(_ record: JobRecord) -> JobProposal {
        JobProposal(
            record: record, specification: Artifact(owner: .local, hash: record.specification, bytes: [1]))
    }

    /// What the worker that holds the job's present hand-out says.
    static func snapshot(
        of job: JobRecord, version: Int, status: JobStatus = .generating, _ states: [AssetState]
    ) -> Snapshot {
        Snapshot(
            jobID: job.jobID, owner: .local, caseID: job.caseID, epoch: job.handOut.epoch, claim: job.handOut.claim,
            version: version, status: status, isFinal: status.isTerminal, webhookURL: job.handOut.webhookURL,
            artifactURL: job.handOut.artifactURL,
            assets: zip(job.assets, states).enumerated().map { index, pair in
                snapshotAsset(pair.0.id, pair.0.kind, pair.1, picture: picture(100 * job.handOut.epoch + index))
            })
    }

    static func snapshotAsset(
        _ id: AssetID, _ kind: AssetKind, _ state: AssetState, picture: Picture
    ) -> SnapshotAsset {
        let isMade = state == .generated
        return SnapshotAsset(
            id: id, kind: kind, status: state, attempts: state == .queued ? 0 : 1,
            error: state.isFailure ? error(.timeout) : nil, picture: isMade ? picture : nil,
            source: isMade ? source : nil)
    }
}
