@testable import JobModel

/// A job on the control side, one event after another, with no store between.
struct JobDesk {
    private(set) var state: JobState
    var now: Milliseconds = 0
    private(set) var actions: [JobAction] = []
    private var token: ReplyToken = 0

    init(_ job: JobRecord, policy: JobPolicy = JobPolicy()) {
        state = JobState.loaded(job, now: 0, context: policy)
    }

    /// A job that a worker has accepted.
    static func accepted(_ names: [String] = ["evidence-1", "evidence-2", "location-1"]) throws -> JobDesk {
        var desk = JobDesk(try Make.job(assets: names))
        desk.send(.tick)
        desk.send(.triggerEnded(epoch: 1, .accepted))
        return desk
    }

    var job: JobRecord { state.record }

    @discardableResult
    mutating func send(_ event: JobEvent) -> JobReply? {
        let effects = state.apply(event, now: now, dice: 0)
        actions += effects.actions
        for case .reply(_, let reply) in effects.actions { return reply }
        return nil
    }

    @discardableResult
    mutating func report(_ snapshot: Snapshot, missing: [ContentHash] = []) -> JobReply? {
        token += 1
        return send(.snapshotArrived(token, snapshot, missing: missing))
    }

    @discardableResult
    mutating func report(version: Int, _ status: JobStatus, _ states: [AssetState]) -> JobReply? {
        report(Make.snapshot(of: job, version: version, status: status, states))
    }

    @discardableResult
    mutating func report(version: Int, _ states: [AssetState]) -> JobReply? {
        report(version: version, .generating, states)
    }

    @discardableResult
    mutating func retry(_ assets: [String]? = nil, _ change: EpochRequest.Change = .none) throws -> JobReply? {
        let claim = try Claim("claim_1_\(job.handOut.epoch + 1)")
        let request = EpochRequest(claim: claim, assets: try assets?.map { try Make.asset($0) }, change: change)
        return send(.epochRequested(1, request))
    }

    /// Words are told by a number.
    @discardableResult
    mutating func edit(
        _ asset: String, from before: Int, to after: Int, base: ContentHash? = nil
    ) throws -> JobReply? {
        let edit = AssetEdit(
            asset: try Make.asset(asset), base: base ?? job.specification,
            specification: Artifact(owner: .local, hash: Make.hash(7_000 + 31 * job.handOut.epoch + after), bytes: [1]),
            before: Make.hash(9_000 + before), after: Make.hash(9_000 + after))
        return try retry([asset], .words(edit))
    }

    /// The worker takes the present epoch and ends it like this.
    mutating func end(version: Int = 9, _ status: JobStatus, _ states: [AssetState]) {
        send(.triggerEnded(epoch: job.handOut.epoch, .accepted))
        report(version: version, status, states)
    }
}

extension JobReply {
    /// The reply's name, and its code if it is a conflict.
    var name: String {
        switch self {
        case .created: "created"
        case .joined: "joined"
        case .folded: "folded"
        case .duplicate: "duplicate"
        case .retrying: "retrying"
        case .ending: "ending"
        case .forgotten: "forgotten"
        case .unknownJob: "unknownJob"
        case .unknownAsset(let id): "unknownAsset(\(id))"
        case .otherSpecification: "otherSpecification"
        case .conflict(let code, _): code
        case .staleEpoch(let current): "staleEpoch(\(current))"
        case .staleVersion(let current): "staleVersion(\(current))"
        case .artifactMissing(let hashes): "artifactMissing(\(hashes.count))"
        case .overLimit(let refusal): refusal.code
        case .unavailable: "unavailable"
        }
    }
}
