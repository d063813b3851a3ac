import ArgumentParser
import JSONCoding
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Runs a command so that every end has its code: 2 for what the caller got wrong, 1 for anything unforeseen.
///
/// What went wrong is told on standard error: in words, or with `--json` as the one shape of all errors,
/// `{"error": {"code", "message"}}`.
public enum CommandRunner {
    public static func main<Command: AsyncParsableCommand>(_ type: Command.Type) async {
        MemoryTuning.limitArenas()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let report = ErrorReport(arguments)
        do {
            if let stray = CommandWords(type).stray(in: arguments) { throw ValidationError(stray) }
            var command = try await type.asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            report.write(failure.message, failure.code)
            end(failure.code)
        } catch let error as ValidationError {
            report.write(error.message, Exit.usage)
            end(Exit.usage)
        } catch {
            let parsed = type.exitCode(for: error)
            // The parser's own code for bad usage is 64; ours is 2.
            guard parsed != .success else { type.exit(withError: error) }
            let code = parsed == .validationFailure ? Exit.usage : parsed
            report.write(parsed: type.fullMessage(for: error), short: type.message(for: error), code)
            end(code)
        }
    }

    /// At once: a thread of libcurl's that is only starting would find the libraries cleaned up under it by `exit`.
    /// What was written is out already.
    private static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }
}

/// Tells of errors as the caller wants to read them.
struct ErrorReport {
    private let isJSON: Bool

    private struct Body: Encodable {
        struct Facts: Encodable {
            var code: String
            var message: String
        }

        var error: Facts
    }

    init(_ arguments: [String]) {
        isJSON = arguments.prefix { $0 != "--" }.contains("--json")
    }

    func write(_ message: String, _ code: ExitCode) {
        StandardStreams.write(text(message, code), to: .error)
    }

    func text(_ message: String, _ code: ExitCode) -> String {
        let body = Body(error: .init(code: Exit.word(for: code), message: message))
        guard isJSON, let json = try? JSON.encode(body) else { return "error: \(TerminalText.lines(message))\n" }
        return String(decoding: json, as: UTF8.self) + "\n"
    }

    /// What the parser says has usage lines with it; a bare exit code says nothing.
    func write(parsed message: String, short: String, _ code: ExitCode) {
        guard !message.isEmpty else { return }
        let prefix = "Error: "
        let words = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        write(isJSON ? short : words, code)
    }
}
