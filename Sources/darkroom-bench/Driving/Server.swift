#if canImport(Glibc)
import Glibc
#endif

/// One of the product's servers as a child process.
struct Server: Sendable {
    let process: pid_t
    /// `http://HOST:PORT`, from its ready line.
    let url: String
    private let program: String
    private let output: Int32
    private let lab: Lab

    private static let patience: Int32 = 30_000

    static func start(_ command: Command, in lab: Lab) async throws -> Server {
        let pipe = try Pipe()
        defer { close(pipe.writing) }
        let process = try command.start(output: pipe.writing)
        guard let line = try await lab.blocking({ readyLine(pipe.reading) }) else {
            kill(process, SIGKILL)
            let ending = try await lab.blocking { Ending(waitingFor: process) }
            close(pipe.reading)
            let log = (try? Files.text(command.log).suffix(400)) ?? ""
            throw BenchFailure("\(command.program) did not become ready (exit code \(ending.code)): \(log)")
        }
        return Server(process: process, url: line, program: command.program, output: pipe.reading, lab: lab)
    }

    func usage() throws -> Usage { try Usage(of: process) }

    /// Ends it and waits for its end. A server that does not end well when asked to is told of.
    func end(by signal: Int32 = SIGTERM) async {
        kill(process, signal)
        let process = process
        let ending = try? await lab.blocking { Ending(waitingFor: process) }
        if let code = ending?.code, code != 0, signal == SIGTERM { lab.note("\(program) ended with \(code)") }
        close(output)
    }

    /// What follows `ready `; nil if there is no such line in time.
    private static func readyLine(_ descriptor: Int32) -> String? {
        var line: [UInt8] = []
        while !line.contains(UInt8(ascii: "\n")) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, patience) > 0 else { return nil }
            var chunk = [UInt8](repeating: 0, count: 256)
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return nil }
            line += chunk[..<count]
        }
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return text.hasPrefix("ready ") ? String(text.dropFirst(6)) : nil
    }
}
