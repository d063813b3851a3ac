import JSONCoding
import Testing
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// The real programs for one test, with a directory for what they keep. Everything stops at the end of the test.
final class Rig: Sendable {
    let directory: TemporaryDirectory
    /// What every program of this rig is given beside its own settings.
    let settings: [String: String]
    private let children = Locked<[ChildProcess]>([])
    private let files = Locked(0)

    /// Few at a time: each has several processes, and a machine may have two cores.
    private static let gate = Gate(places: 3)

    private init(settings: [String: String]) throws {
        directory = try TemporaryDirectory()
        self.settings = settings
    }

    /// - Parameter settings: environment variables for all programs, above those that loopback needs.
    static func run(_ settings: [String: String] = [:], _ body: (Rig) async throws -> Void) async throws {
        await gate.enter()
        defer { gate.leave() }
        let all = ["DARKROOM_ALLOW_PRIVATE_ADDRESSES": "1"].merging(settings) { _, own in own }
        let rig = try Rig(settings: all)
        do {
            try await body(rig)
        } catch {
            rig.report(error)
            await rig.stop()
            throw error
        }
        await rig.stop()
    }

    /// A path in the rig's directory.
    func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    /// Writes a document and returns its path.
    func file(_ document: JSONValue) throws -> String { try file(bytes: try JSON.encode(document)) }

    func file(bytes: [UInt8]) throws -> String {
        let number = files.withLock { number in
            number += 1
            return number
        }
        let path = path("file-\(number).json")
        try Files.write(bytes, to: path)
        return path
    }

    /// Starts a program of the package, or any other by its path.
    func start(
        _ program: String, _ arguments: [String], settings own: [String: String] = [:]
    ) throws -> ChildProcess {
        let path = program.hasPrefix("/") ? program : "\(Places.binaries)/\(program)"
        let environment = Self.inherited.merging(settings) { _, new in new }.merging(own) { _, new in new }
        let child = try ChildProcess(path, arguments, environment: environment)
        children.withLock { $0.append(child) }
        return child
    }

    /// Runs a program to its end.
    func run(
        _ program: String, _ arguments: [String], settings: [String: String] = [:]
    ) async throws -> Finished {
        let child = try start(program, arguments, settings: settings)
        let ending = try await child.end()
        _ = try await child.output.wait(for: "the end of its output") { $0.isEnded ? true : nil }
        _ = try await child.errors.wait(for: "the end of its errors") { $0.isEnded ? true : nil }
        return Finished(ending: ending, output: child.output.value.text, errors: child.errors.value.text)
    }

    /// What a test's programs take over from the tests' own environment: nothing that would change what they do.
    private static let inherited: [String: String] = {
        // A crash is told in a few lines: all threads and their registers take the runtime a quarter of a minute.
        var kept = ["SWIFT_BACKTRACE": "threads=crashed,images=none,registers=none"]
        for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "TSAN_OPTIONS", "ASAN_OPTIONS"] {
            kept[name] = getenv(name).map { String(cString: $0) }
        }
        return kept
    }()

    private func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for child in children.withLock({ $0 }) { group.addTask { await child.stop() } }
        }
    }

    private func report(_ error: any Error) {
        let ends = children.withLock { $0 }.map { child in
            "--- \(child.name) \(child.pid)\n" + child.errors.value.all.suffix(12).joined(separator: "\n")
        }
        Issue.record("\(error)\n\(ends.joined(separator: "\n"))")
    }
}

/// How a command ended.
struct Finished: Sendable {
    let ending: ChildProcess.Ending
    let output: String
    let errors: String

    /// The exit code; -1 if a signal ended it.
    var code: Int32 { if case .exited(let code) = ending { code } else { -1 } }

    var json: JSONValue { get throws { try JSON.decode(JSONValue.self, from: Array(output.utf8)) } }
}

/// Lets so many in at a time, in the order in which they came.
final class Gate: Sendable {
    private struct Contents {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let contents: Locked<Contents>

    init(places: Int) { contents = Locked(Contents(free: places)) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isIn = contents.withLock { contents in
                guard contents.free == 0 else {
                    contents.free -= 1
                    return true
                }
                contents.waiting.append(continuation)
                return false
            }
            if isIn { continuation.resume() }
        }
    }

    func leave() {
        let next: CheckedContinuation<Void, Never>? = contents.withLock { contents in
            guard contents.waiting.isEmpty else { return contents.waiting.removeFirst() }
            contents.free += 1
            return nil
        }
        next?.resume()
    }
}
