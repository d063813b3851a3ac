import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A command as the system takes it.
package struct Command: Sendable {
    package var program: String
    package var arguments: [String]
    /// Beside the few variables that every process needs; nothing else is inherited.
    package var environment: [String: String]
    /// A file for standard error.
    package var log: String

    package init(program: String, arguments: [String], environment: [String: String] = [:], log: String = "/dev/null") {
        (self.program, self.arguments) = (program, arguments)
        (self.environment, self.log) = (environment, log)
    }

    /// Held while a process begins, and while descriptors are made that it must not inherit.
    static let spawning = Locked(0)

    private static let inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "TZ"]

    /// Starts it with `output` as its standard output.
    package func start(output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var process = pid_t()
        let code = Command.withStrings([program] + arguments) { arguments in
            Command.withStrings(variables) { variables in
                Command.spawning.withLock { _ in
                    posix_spawnp(&process, program, &actions, nil, arguments, variables)
                }
            }
        }
        guard code == 0 else { throw DrivingFailure("cannot start \(program): \(String(cString: strerror(code)))") }
        return process
    }

    private var variables: [String] {
        let kept = Command.inherited.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        return kept + environment.map { "\($0.key)=\($0.value)" }
    }

    private static func withStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let strings = texts.map { strdup($0) }
        defer { for string in strings { free(string) } }
        return body(strings + [nil])
    }
}
