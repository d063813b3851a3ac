import JobModel

/// What the control side's transitions add to its measures.
enum JobMeasures {
    static func notes(_ entry: JobLogEntry, record: JobRecord?) -> [MeasureNote] {
        switch entry {
        case .created: [MeasureNote(.jobsCreated, [family(record)])]
        case .finished(let status, _, _, let duration): end(status, duration, record)
        case .imagesEnded(let ends): ends.map { image($0, record) }
        case .retried: [MeasureNote(.epochs, ["retry"])]
        case .fallbackAsked: [MeasureNote(.epochs, ["fallback"])]
        case .edited: [MeasureNote(.epochs, ["edit"])]
        case .handedOver: [MeasureNote(.epochs, ["hand_over"])]
        case .continued: [MeasureNote(.epochs, ["deadline"])]
        case .triggered, .triggerFailed, .snapshotFolded, .refused, .lateResultKept, .cancelAsked, .cancelFailed,
            .forceFinished, .forgotten:
            []
        }
    }

    static func notes(_ answer: TriggerAnswer) -> [MeasureNote] {
        let outcome =
            switch answer {
            case .accepted: "accepted"
            case .acceptedByForeign: "accepted_by_foreign"
            case .busy: "busy"
            case .refused: "refused"
            case .unacceptable: "unacceptable"
            case .unreachable: "unreachable"
            }
        return [MeasureNote(.triggers, [outcome])]
    }

    static func notes(_ answer: RunAnswer) -> [MeasureNote] {
        let outcome =
            switch answer {
            case .snapshot: "answered"
            case .unknown: "unknown"
            case .unreachable: "unreachable"
            }
        return [MeasureNote(.workerQuestions, [outcome])]
    }

    /// What became of a progress webhook.
    static func notes(_ reply: JobReply) -> [MeasureNote] {
        let outcome =
            switch reply {
            case .folded, .created, .joined, .retrying, .ending: "folded"
            case .duplicate: "duplicate"
            case .staleEpoch: "stale_epoch"
            case .staleVersion: "stale_version"
            case .artifactMissing: "artifact_missing"
            case .unknownJob, .unknownAsset: "unknown_job"
            case .forgotten: "deleted"
            case .conflict, .otherSpecification, .overLimit: "conflict"
            case .unavailable: "unavailable"
            }
        return [MeasureNote(.webhooksReceived, [outcome])]
    }

    static func notes(_ alert: JobAlert, record: JobRecord?) -> [MeasureNote] {
        let message = AlertMessage(alert)
        let told = MeasureNote(.alerts, [message.kind.rawValue, message.state.rawValue])
        return alert.isOver ? [told] : [MeasureNote(.stuckJobs, [family(record)]), told]
    }

    /// An end after which a further epoch is planned already is none.
    private static func end(_ status: JobStatus, _ duration: Milliseconds, _ record: JobRecord?) -> [MeasureNote] {
        guard record?.isFinal ?? true else { return [] }
        let ended = MeasureNote(.jobsFinished, [family(record), status.rawValue])
        // Of a job that people had go on the time since its creation says nothing.
        guard let record, record.retryCount == 0 else { return [ended] }
        return [ended, MeasureNote(.jobDuration, [record.family.rawValue], seconds(duration))]
    }

    private static func image(_ end: ImageEnd, _ record: JobRecord?) -> MeasureNote {
        let names = [family(record), MeasuredNames.kind(end.kind), MeasuredNames.provider(end.provider)]
        return MeasureNote(.jobImages, names + [end.state.rawValue])
    }

    private static func family(_ record: JobRecord?) -> String { record?.family.rawValue ?? MeasuredNames.none }
}
