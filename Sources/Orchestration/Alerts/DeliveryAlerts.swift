import JobModel
import Logging
import Threads

/// A worker's look at whether its webhooks arrive.
final class DeliveryAlerts: Sendable {
    private static let kinds: Set<Alert.Kind> = [.deliveryFailing]

    private let desk: AlertDesk
    private let interval: Milliseconds
    private let clock: any EngineClock
    private let logger: Logger
    private let watch = Locked(DeliveryWatch())

    init(desk: AlertDesk, interval: Milliseconds, clock: any EngineClock, logger: Logger) {
        self.desk = desk
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    /// Looks in regular pauses until the task is canceled.
    func run() async {
        while !Task.isCancelled {
            await clock.sleep(until: clock.now() + interval)
            await look()
        }
    }

    func look() async {
        do throws(StoreError) {
            // As long as the book cannot be read, nobody knows what stands: nothing is cleared then.
            try takeUp()
            let now = clock.now()
            let holding = watch.withLock { $0.holding(now: now) }
            try await desk.observe(holding, of: Self.kinds)
        } catch {
            logger.error("alert.look_failed", metadata: ["error": "\(error.message)"])
        }
    }

    /// Takes up, once, what an earlier process has left standing.
    private func takeUp() throws(StoreError) {
        guard !watch.withLock({ $0.hasTakenUp }) else { return }
        let standing = try desk.book().standing
        let now = clock.now()
        watch.withLock { $0.takeUp(standing, now: now) }
    }

    func note(_ entry: RunLogEntry, of run: RunRecord?) {
        guard let run, !run.webhookURL.isEmpty else { return }
        let receiver = Self.origin(of: run.webhookURL)
        switch entry {
        case .delivered: watch.withLock { $0.delivered(receiver) }
        case .deliveryFailed:
            let isLost = if case .deadLetter = run.delivery.end { true } else { false }
            let now = clock.now()
            watch.withLock { $0.failed(receiver, isLost: isLost, now: now) }
        default: break
        }
    }

    /// Scheme, host and port, without a name and password before them.
    static func origin(of url: String) -> String {
        let origin = Telling.host(of: url)
        guard let at = origin.lastIndex(of: "@"), let slash = origin.lastIndex(of: "/"), slash < at else {
            return origin
        }
        return String(origin[...slash] + origin[origin.index(after: at)...])
    }
}
