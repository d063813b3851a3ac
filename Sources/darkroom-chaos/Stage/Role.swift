import ProcessDriving
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// One of the product's servers that dies and comes back, behind its proxy: what knows it by the proxy's address notices
/// nothing but the gap.
final class Role: Sendable {
    let name: String
    let proxy: FaultyProxy
    private let driver: Driver
    private let command: @Sendable () -> Command
    private let contents = Locked(Contents())

    private struct Contents {
        var server: Server?
        /// When it was killed, in milliseconds of Unix time.
        var kills: [Double] = []
    }

    /// - Parameter command: asked at every start.
    init(_ name: String, behind proxy: FaultyProxy, by driver: Driver, command: @escaping @Sendable () -> Command) {
        (self.name, self.proxy, self.driver, self.command) = (name, proxy, driver, command)
    }

    /// Where it listens itself; nil while it is down.
    var url: String? { contents.withLock { $0.server?.url } }

    var kills: [Double] { contents.withLock { $0.kills } }

    /// - Throws: ``DrivingFailure`` if it does not come up.
    func start() async throws {
        let server = try await Server.start(command(), by: driver)
        contents.withLock { $0.server = server }
        proxy.lead(to: server.url)
    }

    /// `kill -9`, at whatever it is doing.
    /// - Throws: ``DrivingFailure`` if it had ended by itself before.
    func kill() async throws {
        let server = contents.withLock { contents in
            defer { contents.server = nil }
            return contents.server
        }
        guard let server else { return }
        let time = WallClock.now
        let code = await server.end(by: SIGKILL)
        proxy.lead(to: nil)
        contents.withLock { $0.kills.append(time) }
        guard code == 128 + SIGKILL else { throw DrivingFailure("\(name) had ended by itself with code \(code)") }
    }

    /// Ends it in order, at the end of everything.
    /// - Returns: its exit code; nil if it was not running.
    func stop() async -> Int32? {
        let server = contents.withLock { contents in
            defer { contents.server = nil }
            return contents.server
        }
        let code = await server?.end()
        proxy.lead(to: nil)
        return code
    }
}

enum WallClock {
    /// Milliseconds of Unix time.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }
}
