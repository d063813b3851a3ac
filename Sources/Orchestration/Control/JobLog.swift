import JobModel
import Logging

/// The control side's transitions as log lines.
enum JobLog {
    static func write(_ entry: JobLogEntry, key: JobService.CaseKey, record: JobRecord?, to logger: Logger) {
        var facts = Facts(["caseId": "\(key.caseID)"])
        if let record {
            facts["jobId"] = record.jobID.text
            facts["epoch"] = "\(record.handOut.epoch)"
            facts["traceId"] = record.trace?.traceID
        }
        let (level, name) = describe(entry, &facts)
        logger.log(level: level, "\(name)", metadata: facts.metadata)
    }

    private static func describe(_ entry: JobLogEntry, _ facts: inout Facts) -> (Logger.Level, String) {
        switch entry {
        case .created(let total):
            facts["images"] = "0/\(total)"
            return (.info, "job.created")
        case .triggered(let worker, let tries):
            facts["worker"] = worker
            facts["attempt"] = "\(tries)"
            return (.info, "worker.triggered")
        case .triggerFailed(let worker, let tries, let reason, let delay):
            facts["worker"] = worker
            facts["attempt"] = "\(tries)"
            facts["error"] = reason
            facts["delayMs"] = "\(delay)"
            return (.warning, "worker.trigger_failed")
        case .snapshotFolded(let status, let version, let made, let total):
            facts["status"] = status.rawValue
            facts["version"] = "\(version)"
            facts["images"] = "\(made)/\(total)"
            return (.info, "webhook.received")
        case .finished(let status, let made, let total, let duration):
            facts["status"] = status.rawValue
            facts["images"] = "\(made)/\(total)"
            facts["durationMs"] = "\(duration)"
            return (.info, "job.finished")
        case .imagesEnded(let ends):
            facts["assetIds"] = ends.map(\.asset.text).joined(separator: " ")
            return (.debug, "images.ended")
        case .cancelAsked: return (.info, "job.cancel_asked")
        case .cancelFailed(let worker, let reason):
            facts["worker"] = worker
            facts["error"] = reason
            return (.warning, "worker.cancel_failed")
        case .forceFinished: return (.notice, "job.force_finished")
        case .forgotten: return (.info, "job.forgotten")
        default: return describeEpoch(entry, &facts)
        }
    }

    /// An operator who reads one line of the log should read this one.
    static func write(_ alert: JobAlert, to logger: Logger) {
        var facts = Facts(["caseId": "\(alert.caseID)", "jobId": "\(alert.jobID)", "epoch": "\(alert.epoch)"])
        facts["status"] = alert.status.rawValue
        facts["worker"] = alert.worker
        facts["silentSinceMs"] = "\(alert.silentSince)"
        facts["lastError"] = alert.lastError
        logger.log(
            level: alert.isOver ? .notice : .error, alert.isOver ? "job.unstuck" : "job.stuck", metadata: facts.metadata
        )
    }

    private static func describeEpoch(_ entry: JobLogEntry, _ facts: inout Facts) -> (Logger.Level, String) {
        switch entry {
        case .retried(let epoch, let assets):
            facts["epoch"] = "\(epoch)"
            facts["assetIds"] = assets.map(\.text).joined(separator: " ")
            return (.info, "job.retried")
        case .fallbackAsked(let epoch, let provider, let assets):
            facts["epoch"] = "\(epoch)"
            facts["provider"] = provider
            facts["assetIds"] = assets.map(\.text).joined(separator: " ")
            return (.info, "job.fallback")
        case .edited(let epoch, let asset, let words):
            facts["epoch"] = "\(epoch)"
            facts["assetId"] = asset.text
            facts["wordsHash"] = words.text
            return (.info, "job.edited")
        case .refused(let worker, let reason):
            facts["worker"] = worker
            facts["error"] = reason
            return (.error, "worker.refused")
        case .lateResultKept(let asset, let epoch):
            facts["assetId"] = asset.text
            facts["madeInEpoch"] = "\(epoch)"
            return (.notice, "job.late_result_kept")
        case .handedOver(let epoch, let from, let to, let reason):
            facts["epoch"] = "\(epoch)"
            facts["fromWorker"] = from
            facts["worker"] = to
            facts["error"] = reason
            return (.warning, "job.handed_over")
        case .continued(let epoch, let assets):
            facts["epoch"] = "\(epoch)"
            facts["assetIds"] = assets.map(\.text).joined(separator: " ")
            return (.notice, "job.continued")
        default: return (.info, "job.changed")
        }
    }
}
