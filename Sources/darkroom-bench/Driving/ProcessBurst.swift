import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// Many short processes at once, each timed from its own start to its end.
enum ProcessBurst {
    struct Run: Sendable {
        var milliseconds: Double
        var code: Int32
    }

    /// Blocks until all have ended. A process has ended when the system has closed its standard output.
    static func run(_ commands: [Command]) throws -> [Run] {
        var children: [(process: pid_t, begin: ContinuousClock.Instant)] = []
        var waiting: [pollfd] = []
        defer { for entry in waiting where entry.fd >= 0 { close(entry.fd) } }
        for command in commands {
            let pipe = try Pipe()
            waiting.append(pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0))
            let begin = ContinuousClock.now
            defer { close(pipe.writing) }
            children.append((try command.start(output: pipe.writing), begin))
        }
        let ends = watch(&waiting)
        return zip(children, ends).map { child, end in
            Run(milliseconds: (end - child.begin).milliseconds, code: Ending(waitingFor: child.process).code)
        }
    }

    private static func watch(_ waiting: inout [pollfd]) -> [ContinuousClock.Instant] {
        var ends = [ContinuousClock.Instant](repeating: .now, count: waiting.count)
        var open = waiting.count
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while open > 0 {
            guard poll(&waiting, nfds_t(waiting.count), -1) > 0 || errno == EINTR else { break }
            let now = ContinuousClock.now
            for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
                guard read(waiting[index].fd, &chunk, chunk.count) <= 0 else { continue }
                ends[index] = now
                close(waiting[index].fd)
                // A negative descriptor is passed over by poll.
                waiting[index].fd = -1
                open -= 1
            }
        }
        return ends
    }
}
