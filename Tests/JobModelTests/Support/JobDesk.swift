@testable import JobModel

/// A job on the control side, one event after another, with no store between.
struct JobDesk {
    private(set) var state: JobState
    var now: Milliseconds = 0
    private(set) var actions: [JobAction] = []
    private var token: ReplyToken = 0

    init(_ job: JobRecord) {
        state = JobState.loaded(job, now: 0)
    }

    /// A job that a worker has accepted.
    static func accepted(_ names: [String] = ["evidence-1", "evidence-2", "location-1"]) throws -> JobDesk {
        var desk = JobDesk(try Make.job(assets: names))
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
    mutating func retry() throws -> JobReply? {
        send(.retryRequested(1, claim: try Claim("claim_1_\(job.handOut.epoch + 1)")))
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
        case .unknownJob: "unknownJob"
        case .conflict(let code, _): code
        case .staleEpoch(let current): "staleEpoch(\(current))"
        case .staleVersion(let current): "staleVersion(\(current))"
        case .artifactMissing(let hashes): "artifactMissing(\(hashes.count))"
        case .unavailable: "unavailable"
        }
    }
}
