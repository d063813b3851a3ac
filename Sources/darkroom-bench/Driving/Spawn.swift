#if canImport(Glibc)
import Glibc
#endif

/// A command as the system takes it.
struct Command: Sendable {
    var program: String
    var arguments: [String]
    /// Beside the few variables that every process needs; nothing else is inherited.
    var environment: [String: String] = [:]
    /// A file for standard error.
    var log = "/dev/null"

    private static let inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "TZ"]

    /// Starts it with `output` as its standard output.
    func start(output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var process = pid_t()
        let code = Command.withStrings([program] + arguments) { arguments in
            Command.withStrings(variables) { posix_spawnp(&process, program, &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw BenchFailure("cannot start \(program): \(String(cString: strerror(code)))") }
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

/// Both ends of a pipe; neither passes to children by itself.
struct Pipe: Sendable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchFailure("no pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    func close() {
        Glibc.close(reading)
        Glibc.close(writing)
    }
}

/// How a process ended.
struct Ending: Sendable {
    /// The exit code; 128 and the signal's number for one that was killed.
    var code: Int32
    /// Processor time in milliseconds.
    var cpu: Double

    /// Blocks until it has ended.
    init(waitingFor process: pid_t) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        cpu = Ending.milliseconds(usage.ru_utime) + Ending.milliseconds(usage.ru_stime)
    }

    private static func milliseconds(_ time: timeval) -> Double {
        Double(time.tv_sec) * 1_000 + Double(time.tv_usec) / 1_000
    }
}
