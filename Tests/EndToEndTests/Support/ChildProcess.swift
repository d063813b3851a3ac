import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A program that a test runs, in a process group of its own.
final class ChildProcess: Sendable {
    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    let name: String
    let pid: pid_t
    let output: Watched<Lines>
    let errors: Watched<Lines>
    private let ending = Watched<Ending?>(nil)
    /// Set once the number may belong to another process.
    private let isReaped = Locked(false)

    /// One at a time, so that no child inherits the ends of another's pipes before they are marked.
    private static let spawning = Locked(())

    /// - Parameter environment: all of it; nothing is inherited.
    init(_ path: String, _ arguments: [String], environment: [String: String]) throws {
        name = String(path.split(separator: "/").last ?? "")
        let started = try Self.spawning.withLock { _ in
            let (out, err) = (try Pipe(), try Pipe())
            defer {
                close(out.writing)
                close(err.writing)
            }
            let pid = try Self.spawn(path, arguments, environment, output: out.writing, errors: err.writing)
            return (pid: pid, out: out.reading, err: err.reading)
        }
        pid = started.pid
        output = Lines.reading(started.out, name: name)
        errors = Lines.reading(started.err, name: name)
        _ = OwnerThread(name: "child-wait") { [self] in reap() }
    }

    /// How it ended.
    func end(within limit: Duration = Limits.wait) async throws -> Ending {
        try await ending.wait(for: "the end of \(name)", within: limit) { $0 }
    }

    /// Asks it to end, and makes it end if it does not.
    func stop() async {
        signal(SIGTERM)
        if (try? await end(within: Limits.stop)) == nil { signal(SIGKILL) }
        // A killed process always ends; only the machine itself can keep it from being reaped.
        _ = try? await end()
    }

    /// To it and to everything it started.
    func signal(_ number: Int32) {
        isReaped.withLock { isReaped in
            if !isReaped { kill(-pid, number) }
        }
    }

    private func reap() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        isReaped.withLock { isReaped in
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            isReaped = true
        }
        let signal = status & 0x7F
        let ended: Ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
        ending.update { $0 = ended }
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], output: Int32, errors: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // Whatever else this process has open is not the child's business; what is closed meanwhile is no error.
        for descriptor in Files.names(in: "/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, &attributes, &words, &settings)
        guard code == 0 else { throw SystemFailure(call: "posix_spawn of \(path)", code: code) }
        return pid
    }
}

struct SystemFailure: Error, CustomStringConvertible {
    let call: String
    let code: Int32

    var description: String { "\(call): \(String(cString: strerror(code)))" }
}

private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemFailure(call: "pipe", code: errno) }
        // Not inherited by other children, or a reader would wait for them too.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}

/// What a program has written to a stream so far.
struct Lines: Sendable {
    private(set) var all: [String] = []
    private(set) var isEnded = false
    private var rest: [UInt8] = []

    /// With what stands after the last line feed.
    var text: String {
        all.map { $0 + "\n" }.joined() + String(decoding: rest, as: UTF8.self)
    }

    fileprivate static func reading(_ descriptor: Int32, name: String) -> Watched<Lines> {
        let lines = Watched(Lines())
        _ = OwnerThread(name: "read-\(name)") {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                let bytes = Array(buffer[..<count])
                lines.update { $0.take(bytes) }
            }
            close(descriptor)
            lines.update { $0.isEnded = true }
        }
        return lines
    }

    private mutating func take(_ bytes: [UInt8]) {
        rest += bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            all.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeFirst(end + 1)
        }
    }
}
