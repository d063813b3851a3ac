import JobModel

/// A job in words for a terminal.
public enum JobText {
    /// One line: case, status, counts, money.
    public static func summary(of job: JobRecord) -> String {
        let failed = job.failedIDs.isEmpty ? "" : ", \(job.failedIDs.count) failed"
        let cost = job.cost.micros > 0 ? "  cost \(MoneyText.amount(job.cost.micros))" : ""
        return "\(job.caseID)  \(progress(of: job))\(failed)  epoch \(job.handOut.epoch)\(cost)  \(job.jobID)"
    }

    /// The status, or what it waits for.
    static func standing(of job: JobRecord) -> String {
        guard let queue = job.queue else { return job.status.rawValue }
        switch queue.ahead {
        case ...0: return "waiting, next in line"
        case 1: return "waiting, 1 job ahead"
        default: return "waiting, \(queue.ahead) jobs ahead"
        }
    }

    /// `generating 3/14`.
    static func progress(of job: JobRecord) -> String {
        let comma = job.queue == nil ? "" : ","
        return "\(standing(of: job))\(comma) \(job.completedImages)/\(job.assets.count)"
    }

    /// The summary, what is to be said of money and errors, then a line for each asset that is not simply made.
    public static func lines(of job: JobRecord) -> [String] {
        var lines = [summary(of: job)] + MoneyText.lines(of: job.cost).map { "  \($0)" }
        if let error = job.lastError { lines.append("  last error: \(TerminalText.line(error))") }
        for asset in job.assets where asset.status != .generated || asset.source?.isFallback == true {
            lines.append("  \(TerminalText.line(line(of: asset)))")
        }
        return lines
    }

    private static func line(of asset: JobAsset) -> String {
        let head = "\(mark(asset.status)) \(asset.id) \(asset.status.rawValue) (\(asset.name))"
        if asset.status == .generated, let source = asset.source { return "\(head): \(fallback(source))" }
        let reason = asset.error.map { ": \($0.kind.rawValue): \($0.message)" } ?? ""
        let billed = asset.totalCost.possiblyBilled > 0 ? " (possibly billed)" : ""
        return head + reason + billed
    }

    /// Who stood in, and for whom.
    private static func fallback(_ source: AssetSource) -> String {
        let cause = source.fallbackCause.map { ", because \($0.provider): \($0.code)" } ?? ""
        return "fallback by \(source.provider)\(cause)"
    }

    /// A shape for each state, so that colour is never all there is.
    public static func mark(_ state: AssetState) -> Character {
        switch state {
        case .queued: "·"
        case .generating: "▸"
        case .retrying: "↻"
        case .generated: "✓"
        case .needsPromptUpdate: "✎"
        case .held: "‖"
        case .failed: "✗"
        case .canceled: "–"
        }
    }
}
