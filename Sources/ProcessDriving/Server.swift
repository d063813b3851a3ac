import Threads

#if canImport(Glibc)
import Glibc
#endif

/// One of the product's servers as a child process.
package struct Server: Sendable {
    package let process: pid_t
    /// `http://HOST:PORT`, from its ready line.
    package let url: String
    private let program: String
    private let output: Int32
    private let driver: Driver
    /// Its exit code, once it was waited for: its number may be another process's by then.
    private let ending = Locked<Int32?>(nil)

    private static let patience: Int32 = 30_000

    /// - Throws: if it ends, or thirty seconds pass, before its ready line; nothing is left running then.
    package static func start(_ command: Command, by driver: Driver) async throws -> Server {
        let pipe = try Pipe()
        defer { close(pipe.writing) }
        let process = try command.start(output: pipe.writing)
        guard let line = await driver.blocking({ readyLine(pipe.reading) }) else {
            kill(process, SIGKILL)
            let ending = await driver.blocking { Ending(waitingFor: process) }
            close(pipe.reading)
            let log = (try? Files.text(command.log).suffix(400)) ?? ""
            throw DrivingFailure("\(command.program) did not become ready (exit code \(ending.code)): \(log)")
        }
        return Server(process: process, url: line, program: command.program, output: pipe.reading, driver: driver)
    }

    /// Ends it and waits for its end. A server that does not end well when asked to is told of. Once it has ended this
    /// does nothing. Not to be called twice at one time.
    /// - Returns: its exit code; 128 and the signal's number if it was killed.
    @discardableResult
    package func end(by signal: Int32 = SIGTERM) async -> Int32 {
        if let code = ending.withLock({ $0 }) { return code }
        kill(process, signal)
        let process = process
        let code = await driver.blocking { Ending(waitingFor: process).code }
        if code != 0, signal == SIGTERM { driver.note("\(program) ended with \(code)") }
        close(output)
        ending.withLock { $0 = code }
        return code
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
