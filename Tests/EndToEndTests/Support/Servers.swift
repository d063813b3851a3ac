import JSONCoding

#if canImport(Glibc)
import Glibc
#endif

/// A server that said where it serves.
struct Server: Sendable {
    let process: ChildProcess
    let url: String

    var port: Int { url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    /// Its log so far, line by line; what is not JSON is left out.
    var log: [JSONValue] { LogLines.read(process.errors.value) }

    /// Descriptors it holds open, but for the timers that each event loop makes at its first need and keeps.
    var descriptors: Int {
        let folder = "/proc/\(process.pid)/fd"
        return Files.names(in: folder).count { Files.target("\(folder)/\($0)")?.contains("timerfd") == false }
    }
}

enum LogLines {
    static func read(_ lines: Lines) -> [JSONValue] {
        lines.all.compactMap { try? JSON.decode(JSONValue.self, from: Array($0.utf8)) }
    }
}

extension Rig {
    /// Starts a server and waits until it serves.
    func serve(
        _ program: String, _ arguments: [String], settings: [String: String] = [:]
    ) async throws -> Server {
        let process = try start(program, arguments, settings: settings)
        let ready: String? = try await process.output.wait(for: "\(program) to be ready") { lines in
            if let line = lines.all.first(where: { $0.hasPrefix("ready ") }) { return .some(line) }
            return lines.isEnded ? .some(nil) : nil
        }
        guard let ready else { throw NotServing(program: program, errors: process.errors.value.text) }
        return Server(process: process, url: String(ready.dropFirst("ready ".count)))
    }

    /// - Parameter picture: `small` ones are made fast and stay small, for nothing is upscaled.
    func simulator(
        _ arguments: [String] = [], picture: String = "small", scenario: JSONValue? = nil
    ) async throws -> Simulator {
        let script = try scenario.map { ["--scenario", try file($0)] } ?? []
        let server = try await serve(
            "provider-simulator", ["--listen", "127.0.0.1:0", "--picture", picture] + script + arguments)
        return Simulator(server: server)
    }

    func receiver(
        listen: String = "127.0.0.1:0", data: String = "control", worker: String? = nil,
        settings: [String: String] = [:]
    ) async throws -> Server {
        let workers = worker.map { ["--worker", $0] } ?? []
        return try await serve(
            "receiver", ["--listen", listen, "--data", path(data)] + workers, settings: settings)
    }

    func worker(
        of simulator: Simulator, listen: String = "127.0.0.1:0", data: String = "worker",
        settings: [String: String] = [:]
    ) async throws -> Server {
        let provider = [
            "GEMINI_API_KEY": "test-key", "GEMINI_BASE_URL": simulator.url, "DARKROOM_GEMINI_MODEL": "m1",
            "DARKROOM_PRICES": "gemini/*=39000", "DARKROOM_RATE_LIMIT": "off", "DARKROOM_CIRCUIT_BREAKER": "off",
            "DARKROOM_BACKOFF_FIRST": "0.05", "DARKROOM_BACKOFF_CAP": "0.2",
        ]
        return try await serve(
            "worker", ["--listen", listen, "--data", path(data), "--provider", "gemini"],
            settings: provider.merging(settings) { _, own in own })
    }

    /// Runs a command on the rig's control store.
    func initiator(_ arguments: String..., settings: [String: String] = [:]) async throws -> Finished {
        try await run("initiator", arguments + ["--data", path("control")], settings: settings)
    }

    func create(_ caseFile: String, worker: String, receiver: String) async throws -> Finished {
        try await initiator("create", caseFile, "--worker", worker, "--receiver", receiver)
    }
}

/// The server ended before it served.
struct NotServing: Error, CustomStringConvertible {
    let program: String
    let errors: String

    var description: String { "\(program) did not serve: \(errors)" }
}

/// A provider, a worker and a receiver.
struct Trio: Sendable {
    let rig: Rig
    let simulator: Simulator
    let worker: Server
    let receiver: Server

    func create(_ caseFile: String) async throws -> Finished {
        try await rig.create(caseFile, worker: worker.url, receiver: receiver.url)
    }

    func job(_ caseID: String) -> JobReader { JobReader(server: receiver.url, caseID: caseID) }
}

extension Rig {
    func trio(
        _ simulatorArguments: [String] = [], picture: String = "small", scenario: JSONValue? = nil,
        settings: [String: String] = [:]
    ) async throws -> Trio {
        let simulator = try await simulator(simulatorArguments, picture: picture, scenario: scenario)
        let worker = try await worker(of: simulator, settings: settings)
        return Trio(rig: self, simulator: simulator, worker: worker, receiver: try await receiver())
    }
}

/// Ports for servers that are started again at the same address.
enum Ports {
    /// A free one below the range that the kernel takes ports of outgoing connections from, so that none takes it
    /// between two starts.
    static func pick() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 15_000..<32_000)
            if try isFree(port) { return port }
        }
        throw SystemFailure(call: "bind", code: EADDRINUSE)
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure(call: "socket", code: errno) }
        defer { close(descriptor) }
        return withLoopback(port) { bind(descriptor, $0, $1) == 0 }
    }
}

/// Runs `body` with 127.0.0.1 and this port as the kernel takes them.
func withLoopback<Result>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
