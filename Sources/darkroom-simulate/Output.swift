import HistorySimulation
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Lines on standard output.
enum Output {
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            // Nobody reads any more: there is nothing left to be said.
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

/// One line on standard error that says how far the search has come; only for somebody who watches.
final class Progress: Sendable {
    private let count: UInt64
    private let isWatched = isatty(STDERR_FILENO) == 1
    private let shown = Locked(ContinuousClock.now)

    init(of count: UInt64) { self.count = count }

    func show(_ report: Campaign.Report) {
        guard isWatched else { return }
        let isDue = shown.withLock { shown in
            guard shown.duration(to: .now) > .milliseconds(200) else { return false }
            shown = .now
            return true
        }
        if isDue { Output.write("\r\(report.histories) of \(count) histories", to: STDERR_FILENO) }
    }

    func end() {
        if isWatched { Output.write("\r\u{1B}[K", to: STDERR_FILENO) }
    }

    static func summary(_ report: Campaign.Report, spent: Duration) -> String {
        let seconds = max(0.001, Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18)
        let rate = Int(Double(report.histories) / seconds)
        let time = Double(Int(seconds * 10)) / 10
        return "\(report.histories) histories, \(report.steps) steps in \(time) s: \(rate) histories/s, "
            + "\(report.violation == nil ? 0 : 1) violations"
    }
}
