import ArgumentParser
import JobModel
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// The exit codes that scripts rely on.
public enum Exit {
    public static let usage = ExitCode(2)
    public static let partial = ExitCode(3)
    public static let failed = ExitCode(4)
    public static let notReachable = ExitCode(5)
    public static let notFinal = ExitCode(6)

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

/// Runs a command so that every end has its code: 2 for what the caller got wrong, 1 for anything unforeseen.
public enum CommandRunner {
    public static func main<Command: ParsableCommand>(_ type: Command.Type) async {
        MemoryTuning.limitArenas()
        do {
            var command = try type.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            StandardStreams.write("error: \(failure.message)\n", to: .error)
            end(failure.code)
        } catch let error as ValidationError {
            StandardStreams.write("error: \(error.message)\n", to: .error)
            end(Exit.usage)
        } catch {
            let code = type.exitCode(for: error)
            // The parser's own code for bad usage is 64; ours is 2.
            guard code != .success else { type.exit(withError: error) }
            let message = type.fullMessage(for: error)
            // A bare exit code has none.
            if !message.isEmpty { StandardStreams.write("\(message)\n", to: .error) }
            end(code == .validationFailure ? Exit.usage : code)
        }
    }

    /// At once: a thread of libcurl's that is only starting would find the libraries cleaned up under it by `exit`.
    /// What was written is out already.
    private static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }
}
