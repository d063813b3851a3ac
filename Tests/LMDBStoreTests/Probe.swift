import Foundation
import OrchestrationTestKit
import Threads

/// The `StoreProbe` executable as a child process. Killed when this value goes away.
final class Probe: @unchecked Sendable {
    // @unchecked Sendable: `process` is started in init and only asked or signalled afterwards; the pipes' ends are each
    // used by one side: `input` under the lock, `output` on the reader's thread only.
    private let process = Process()
    private let input = Locked(Pipe())
    private let output = Pipe()
    private let reader = BlockingPool(name: "probe-reader", threads: 1)
    private let unread = Locked<[UInt8]>([])

    init(_ arguments: String...) throws {
        // Writing to a probe that was killed is to fail, not to end the tests.
        signal(SIGPIPE, SIG_IGN)
        let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = products.appendingPathComponent("StoreProbe")
        process.arguments = arguments
        process.standardInput = input.withLock { $0 }
        process.standardOutput = output
        try process.run()
    }

    deinit { kill() }

    func say(_ line: String) throws {
        try input.withLock { pipe in try pipe.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }
    }

    /// The next line of output; nil at its end.
    func line() async throws -> String? {
        let (output, unread) = (output, unread)
        return try await withDeadline(waitingFor: "a line of the probe") { [reader] in
            await reader.run { Self.nextLine(output, unread) }
        }
    }

    /// Says a line and takes the answer.
    func ask(_ line: String) async throws -> String? {
        try say(line)
        return try await self.line()
    }

    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    /// Lets it end by itself: it sees the end of its input.
    func finish() async throws {
        try input.withLock { pipe in try pipe.fileHandleForWriting.close() }
        while try await line() != nil {}
    }

    private static func nextLine(_ output: Pipe, _ unread: Locked<[UInt8]>) -> String? {
        while true {
            let line: String? = unread.withLock { bytes in
                guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { bytes.removeFirst(end + 1) }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            if let line { return line }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread.withLock { $0.append(contentsOf: more) }
        }
    }
}
