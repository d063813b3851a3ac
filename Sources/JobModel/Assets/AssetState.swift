/// Where one asset stands.
public enum AssetState: String, Hashable, Sendable, Codable, CaseIterable {
    case queued
    case generating
    /// Between two attempts.
    case retrying
    case generated
    /// The provider will not make it from these words; new words resume it.
    case needsPromptUpdate = "needs_prompt_update"
    /// Possibly billed, and by policy not repeated until somebody decides.
    case held
    case failed
    case canceled

    /// Whether nothing more happens to it within its epoch.
    public var isSettled: Bool {
        switch self {
        case .queued, .generating, .retrying: false
        case .generated, .needsPromptUpdate, .held, .failed, .canceled: true
        }
    }
}

extension AssetState {
    /// For a call: nothing is in flight, and something is still to come.
    var isWaiting: Bool { self == .queued || self == .retrying }
}

/// One legal step and why it exists. The tables are the only source: machines check each step against them, and the
/// README's diagrams are compared with them by a test.
public struct LegalStep<State: Hashable & Sendable>: Hashable, Sendable {
    public let from: State
    public let to: State
    public let reason: String

    init(_ from: State, _ to: State, _ reason: String) {
        self.from = from
        self.to = to
        self.reason = reason
    }
}

extension AssetState {
    public static let legalSteps: [LegalStep<AssetState>] = [
        LegalStep(.queued, .generating, "a slot is free"),
        LegalStep(.queued, .failed, "a deadline passed before its turn"),
        LegalStep(.queued, .canceled, "the job was canceled or superseded"),
        LegalStep(.generating, .generated, "a picture was made and decoded"),
        LegalStep(.generating, .retrying, "a transient error with attempts left, or another provider's turn"),
        LegalStep(.generating, .needsPromptUpdate, "the provider refused the words"),
        LegalStep(.generating, .held, "unknown outcome under the policy not to repeat"),
        LegalStep(.generating, .failed, "a permanent error, or no attempts or time left"),
        LegalStep(.generating, .canceled, "the job was canceled"),
        LegalStep(.retrying, .generating, "the wait is over and a slot is free"),
        LegalStep(.retrying, .failed, "a deadline passed during the wait"),
        LegalStep(.retrying, .canceled, "the job was canceled or superseded"),
        LegalStep(.failed, .queued, "a new epoch tries it again"),
        LegalStep(.canceled, .queued, "a new epoch tries it again"),
        LegalStep(.held, .queued, "a new epoch tries it again"),
        LegalStep(.needsPromptUpdate, .queued, "a new epoch tries it again"),
    ]

    public func canBecome(_ next: AssetState) -> Bool {
        AssetState.legalSteps.contains { $0.from == self && $0.to == next }
    }
}
