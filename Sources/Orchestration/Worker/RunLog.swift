import JobModel
import Logging

/// The worker's transitions as log lines: constant messages, facts in the metadata, prompts never.
enum RunLog {
    static func write(_ entry: RunLogEntry, job: JobID, record: RunRecord?, to logger: Logger) {
        var facts = Facts(job: job, record: record)
        let (level, name) = describe(entry, &facts)
        logger.log(level: level, "\(name)", metadata: facts.metadata)
    }

    static func write(_ entry: CallGateLogEntry, to logger: Logger) {
        switch entry {
        case .circuitOpened(let provider, let pause):
            logger.warning("provider.circuit_opened", metadata: ["provider": "\(provider)", "pauseMs": "\(pause)"])
        case .circuitClosed(let provider):
            logger.notice("provider.circuit_closed", metadata: ["provider": "\(provider)"])
        case .concurrencyLowered(let lane, let cap):
            logger.notice(
                "provider.concurrency_lowered",
                metadata: ["provider": "\(lane.provider)", "model": "\(lane.model)", "cap": "\(cap)"])
        }
    }

    private static func describe(_ entry: RunLogEntry, _ facts: inout Facts) -> (Logger.Level, String) {
        switch entry {
        case .accepted(let assets):
            facts["assets"] = "\(assets)"
            return (.info, "run.accepted")
        case .resumed: return (.notice, "run.resumed")
        case .batchStarted(let ids):
            facts["assetIds"] = ids.map(\.text).joined(separator: " ")
            return (.info, "batch.started")
        case .superseded: return (.warning, "run.superseded")
        case .finished(let status, let made, let total, let duration):
            facts["status"] = status.rawValue
            facts["images"] = "\(made)/\(total)"
            facts["durationMs"] = "\(duration)"
            return (.info, "job.finished")
        case .delivered, .deliveryFailed, .uploadFailed: return describeDelivery(entry, &facts)
        default: return describeAsset(entry, &facts)
        }
    }

    private static func describeAsset(_ entry: RunLogEntry, _ facts: inout Facts) -> (Logger.Level, String) {
        switch entry {
        case .attemptStarted(let id, let attempt, let maximum, let lane, let isQuestion):
            facts.set(id, attempt, maximum, lane)
            facts["isQuestion"] = isQuestion ? "true" : nil
            return (.debug, "image.attempt_started")
        case .generated(let id, let attempt, let source):
            facts["assetId"] = id.text
            facts["attempt"] = "\(attempt)"
            facts["provider"] = source.provider
            facts["model"] = source.model
            facts["fallbackCause"] = source.fallbackCause.map { "\($0.provider) \($0.code)" }
            facts["costMicros"] = source.costMicros.map { "\($0)" }
            return (.info, "image.generated")
        case .retrying(let id, let attempt, let maximum, let lane, let error, let delay):
            facts.set(id, attempt, maximum, lane)
            facts.set(error)
            facts["delayMs"] = "\(delay)"
            return (.warning, "image.retrying")
        case .fallingBack(let id, let from, let to, let code):
            facts["assetId"] = id.text
            facts["errorCode"] = code
            facts["provider"] = from.provider
            facts["nextProvider"] = to.provider
            return (.warning, "image.falling_back")
        case .failed(let id, let state, let attempt, let maximum, let lane, let error):
            facts.set(id, attempt, maximum, lane)
            facts.set(error)
            facts["status"] = state.rawValue
            return (.warning, "image.failed")
        case .canceled(let id):
            facts["assetId"] = id.text
            return (.info, "image.canceled")
        default: return (.info, "run.changed")
        }
    }

    private static func describeDelivery(_ entry: RunLogEntry, _ facts: inout Facts) -> (Logger.Level, String) {
        switch entry {
        case .delivered(let version, let latency):
            facts["version"] = "\(version)"
            facts["latencyMs"] = latency.map { "\($0)" }
            return (.info, "webhook.delivered")
        case .deliveryFailed(let version, let tries, let reason, let willRetry):
            facts["version"] = "\(version)"
            facts["tries"] = "\(tries)"
            facts["error"] = reason
            facts["willRetry"] = "\(willRetry)"
            return (.warning, "webhook.failed")
        case .uploadFailed(let hash, let reason):
            facts["hash"] = hash.text
            facts["error"] = reason
            return (.warning, "artifact.upload_failed")
        default: return (.info, "run.changed")
        }
    }
}

/// The metadata of one line.
struct Facts {
    private(set) var metadata: Logger.Metadata

    init(job: JobID, record: RunRecord?) {
        metadata = ["jobId": "\(job)"]
        if let record {
            metadata["caseId"] = "\(record.caseID)"
            metadata["epoch"] = "\(record.epoch)"
            metadata["traceId"] = record.trace.map { "\($0.traceID)" }
        }
    }

    init(_ metadata: Logger.Metadata) { self.metadata = metadata }

    subscript(name: String) -> String? {
        get { metadata[name].map { "\($0)" } }
        set { metadata[name] = newValue.map { .string($0) } }
    }

    mutating func set(_ id: AssetID, _ attempt: Int, _ maximum: Int, _ lane: CallLane) {
        self["assetId"] = id.text
        self["attempt"] = "\(attempt)/\(maximum)"
        self["provider"] = lane.provider
        self["model"] = lane.model
    }

    mutating func set(_ error: MediaError) {
        self["errorCode"] = error.kind.rawValue
        self["error"] = error.message
        self["providerCode"] = error.providerCode
        self["possiblyBilled"] = error.isOutcomeUnknown ? "true" : nil
    }
}
