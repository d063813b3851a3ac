/// Where a job stands.
public enum JobStatus: String, Hashable, Sendable, Codable, CaseIterable {
    /// Recorded; no worker has accepted this epoch yet.
    case pending
    case generating
    /// Every asset was generated.
    case completed
    /// Some were.
    case partial
    /// None was.
    case failed
    case canceled

    public var isTerminal: Bool {
        switch self {
        case .pending, .generating: false
        case .completed, .partial, .failed, .canceled: true
        }
    }

    public static let legalSteps: [LegalStep<JobStatus>] = [
        LegalStep(.pending, .generating, "a worker accepted the epoch, or its first snapshot came"),
        LegalStep(.pending, .completed, "the final snapshot was the first to arrive"),
        LegalStep(
            .pending, .partial,
            "the final snapshot was the first to arrive, the worker refused, or an operator ended it"),
        LegalStep(
            .pending, .failed, "the final snapshot was the first to arrive, the worker refused, or an operator ended it"
        ),
        LegalStep(
            .pending, .canceled, "canceled before a worker had it, or the final snapshot was the first to arrive"),
        LegalStep(.generating, .pending, "the worker was lost: another epoch"),
        LegalStep(.generating, .completed, "all assets generated"),
        LegalStep(.generating, .partial, "some assets generated"),
        LegalStep(.generating, .failed, "no asset generated"),
        LegalStep(
            .generating, .canceled, "the worker reported the cancel done, or was not heard of until its time was over"),
        LegalStep(.completed, .pending, "a new epoch"),
        LegalStep(.partial, .pending, "a new epoch"),
        LegalStep(.failed, .pending, "a new epoch"),
        LegalStep(.canceled, .pending, "a new epoch"),
        LegalStep(.partial, .completed, "a late picture of an older epoch filled the last empty slot"),
        LegalStep(.canceled, .completed, "a late picture of an older epoch filled the last empty slot"),
        LegalStep(.failed, .partial, "a late picture of an older epoch filled an empty slot"),
        LegalStep(.failed, .completed, "a late picture of an older epoch filled the only slot"),
    ]

    public func canBecome(_ next: JobStatus) -> Bool {
        JobStatus.legalSteps.contains { $0.from == self && $0.to == next }
    }

    /// The outcome of assets that are all settled.
    public static func outcome(of states: some Sequence<AssetState>, wasCanceled: Bool) -> JobStatus {
        var made = 0
        var total = 0
        for state in states {
            total += 1
            if state == .generated { made += 1 }
        }
        if made == total { return .completed }
        if wasCanceled { return .canceled }
        return made == 0 ? .failed : .partial
    }
}
