/// What a worker still tells of a job that its case has replaced.
extension JobState {
    public struct LateNews: Sendable {
        /// The archived record with the news in it.
        public var record: JobRecord
        /// To become durable with it, if ``isNews``.
        public var attachments: [Artifact]
        public var isNews: Bool
        /// What the fold says where it takes nothing: another claim, a picture that is missing.
        public var refusal: JobReply?
    }

    /// Pictures, costs and history are taken in as ever. Its time of being looked after is over: nothing is triggered,
    /// asked or forgotten.
    public static func takeLate(
        _ snapshot: Snapshot, missing: [ContentHash], history: Artifact?, into archived: JobRecord, now: Milliseconds,
        policy: JobPolicy
    ) -> LateNews {
        var policy = policy
        policy.drives = false
        policy.settles = false
        var state = JobState.loaded(archived, now: now, context: policy)
        let effects = state.apply(
            .snapshotArrived(0, snapshot, missing: missing, history: history), now: now, dice: 0)
        let reply = effects.actions.lazy.compactMap { if case .reply(_, let reply) = $0 { reply } else { nil } }.first
        let isTaken =
            switch reply {
            case .folded, .duplicate, .staleVersion, .staleEpoch: true
            default: false
            }
        return LateNews(
            record: state.record, attachments: effects.attachments, isNews: isTaken && effects.mustSave,
            refusal: isTaken ? nil : reply ?? .unknownJob)
    }
}
