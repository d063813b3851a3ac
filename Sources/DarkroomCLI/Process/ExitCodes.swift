import ArgumentParser
import JobModel

/// The exit codes that scripts rely on.
public enum Exit {
    public static let usage = ExitCode(2)
    public static let partial = ExitCode(3)
    public static let failed = ExitCode(4)
    public static let notReachable = ExitCode(5)
    public static let notFinal = ExitCode(6)
    /// Of servers too, whose units start them again after any other fault; the store itself ends a process with it when the
    /// damage is met later.
    public static let damaged = ExitCode(74)

    /// Every code of `initiator` and what it means, in the words of its help and of the README.
    static let meanings: [(code: ExitCode, meaning: String)] = [
        (.success, "done (status, watch: completed)"),
        (.failure, "anything else: a fault found by verify or doctor, a full store, an address in use"),
        (usage, "wrong usage or input, unknown case or image, a conflict with what is on record"),
        (partial, "partial (status, watch)"),
        (failed, "failed or canceled (status, watch)"),
        (notReachable, "recorded, or asked for, but no worker was reached"),
        (notFinal, "not final yet (status)"),
        (damaged, "the store is damaged"),
    ]

    /// All of them in one sentence.
    public static let sentence: String =
        "Exit codes: " + meanings.map { "\($0.code.rawValue) \($0.meaning)" }.joined(separator: "; ") + "."

    /// By outcome: 0 completed, 3 partial, 4 failed or canceled, 6 while it is not final.
    public static func code(of job: JobRecord) -> ExitCode {
        guard job.isFinal else { return notFinal }
        switch job.status {
        case .completed: return .success
        case .partial: return partial
        case .failed, .canceled: return failed
        case .pending, .generating: return notFinal
        }
    }

    /// The word for a code in an error that is told as JSON.
    static func word(for code: ExitCode) -> String {
        switch code {
        case usage: "usage"
        case partial: "partial"
        case failed: "failed"
        case notReachable: "not_reachable"
        case notFinal: "not_final"
        case damaged: "damaged"
        default: "failure"
        }
    }
}

/// An end with a message on standard error and a code of the contract.
public struct CommandFailure: Error, CustomStringConvertible {
    public let code: ExitCode
    public let message: String

    public init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
