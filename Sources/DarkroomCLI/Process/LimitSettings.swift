import ArgumentParser
import JobModel
import Orchestration

/// What providers may be asked to bear.
extension Settings {
    /// - Parameters:
    ///   - provider: a setting of its own (`gemini-rate-limit`) goes before the one for all (`rate-limit`).
    ///   - standard: where nothing is set.
    public func providerLimits(_ provider: String, default standard: ProviderLimits) throws -> ProviderLimits {
        var limits = standard
        if let (name, text) = try own("rate-limit", of: provider) { try readRate(text, name, into: &limits) }
        if let (name, text) = try own("concurrency", of: provider) {
            limits.concurrency = try count(text, name, upTo: 100_000)
        }
        return limits
    }

    /// Calls in flight at one time over all providers of a worker; nil for `off`.
    public func callsAtOnce() throws -> Int? {
        guard let text = try text("calls-at-once") else { return WorkerSettings().callsAtOnce }
        return try count(text, "calls-at-once", upTo: 100_000)
    }

    /// What follows when nobody knows how a call ended.
    public func unknownOutcome(_ provider: String) throws -> UnknownOutcomePolicy {
        guard let (name, _) = try own("unknown-outcome", of: provider) else { return .retry }
        return try word(name, default: .retry)
    }

    private func own(_ name: String, of provider: String) throws -> (name: String, text: String)? {
        if let text = try text("\(provider)-\(name)") { return ("\(provider)-\(name)", text) }
        return try text(name).map { (name, $0) }
    }

    /// `off`, `60` (a minute), `60/min` or `60/s`.
    private func readRate(_ text: String, _ name: String, into limits: inout ProviderLimits) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let calls = parts[0] == "off" ? nil : Int(parts[0])
        guard parts[0] == "off" || (1...1_000_000).contains(calls ?? 0) else {
            throw complaint(name, "off or a number of calls, such as 60, 60/min or 10/s", not: text)
        }
        limits.calls = calls
        switch parts.dropFirst().first {
        case nil, "min": limits.window = ProviderLimits.minute
        case "s": limits.window = 1_000
        default: throw complaint(name, "off or a number of calls, such as 60, 60/min or 10/s", not: text)
        }
    }

    /// Nil for `off`.
    private func count(_ text: String, _ name: String, upTo most: Int) throws -> Int? {
        if text == "off" { return nil }
        guard let count = Int(text), (1...most).contains(count) else {
            throw complaint(name, "off or a number from 1 to \(most)", not: text)
        }
        return count
    }
}

/// The back-off of the systems that jobs come from.
enum BackoffProfile: String, CaseIterable {
    /// 2 s, doubled, at most 30 s, drawn with full jitter.
    case standard
    /// 2, 4, 8 s …, at most 30 s.
    case b
    /// 1, 2, 4, 8, 10 s.
    case c
    /// 5, 10, 20 s …, at most 60 s.
    case d

    /// Seconds.
    var first: Double {
        switch self {
        case .standard, .b: 2
        case .c: 1
        case .d: 5
        }
    }

    var cap: Double {
        switch self {
        case .standard, .b: 30
        case .c: 10
        case .d: 60
        }
    }

    var hasJitter: Bool { self == .standard }
}
