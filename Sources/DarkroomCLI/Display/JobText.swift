import JobModel

/// A job in words for a terminal.
public enum JobText {
    /// One line: case, status, counts.
    public static func summary(of job: JobRecord) -> String {
        let failed = job.failedIDs.isEmpty ? "" : ", \(job.failedIDs.count) failed"
        return "\(job.caseID)  \(job.status.rawValue) \(job.completedImages)/\(job.assets.count)\(failed)"
            + "  epoch \(job.handOut.epoch)  \(job.jobID)"
    }

    /// The summary, then a line for each asset that is not simply made.
    public static func lines(of job: JobRecord) -> [String] {
        var lines = [summary(of: job)]
        if let error = job.lastError { lines.append("  last error: \(error)") }
        for asset in job.assets where asset.status != .generated || asset.source?.isFallback == true {
            let reason = asset.error.map { ": \($0.kind.rawValue): \($0.message)" } ?? ""
            lines.append("  \(mark(asset.status)) \(asset.id) \(asset.status.rawValue) (\(asset.name))\(reason)")
        }
        return lines
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
