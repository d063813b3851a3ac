import JobModel

/// What a worker's transitions add to its measures.
enum RunMeasures {
    /// - Parameter record: the run as it was then; without it kinds and models are not told.
    static func notes(_ entry: RunLogEntry, record: RunRecord?) -> [MeasureNote] {
        switch entry {
        case .accepted: [MeasureNote(.runsAccepted)]
        case .finished(let status, _, _, let duration):
            [
                MeasureNote(.runsFinished, [status.rawValue]),
                MeasureNote(.runDuration, [status.rawValue], seconds(duration)),
            ]
        case .generated(let id, _, let source): [image(id, source.provider, .generated, record)]
        case .failed(let id, let state, _, _, let lane, _): [image(id, lane.provider, state, record)]
        case .canceled(let id): [image(id, nil, .canceled, record)]
        case .retrying(_, _, _, let lane, let error, _):
            [MeasureNote(.imageRetries, names(lane, record) + [error.kind.rawValue])]
        case .fallingBack(_, let from, let to, let code):
            [MeasureNote(.imageFallbacks, [from.provider, to.provider, code])]
        case .delivered(_, let latency):
            [MeasureNote(.deliveries, ["delivered"])]
                + (latency.map { [MeasureNote(.deliveryLatency, [], seconds($0))] } ?? [])
        case .deliveryFailed(_, _, _, let willRetry):
            [MeasureNote(.deliveries, [willRetry ? "failed" : isDead(record) ? "dead_letter" : "given_up"])]
        case .uploadFailed: [MeasureNote(.uploadFailures)]
        case .resumed, .batchStarted, .attemptStarted, .superseded: []
        }
    }

    static func notes(_ entry: CallGateLogEntry, roster: ProviderRoster) -> [MeasureNote] {
        switch entry {
        case .circuitOpened(let provider, _): [MeasureNote(.circuitOpenings, [provider])]
        case .circuitClosed: []
        case .concurrencyLowered(let lane, _): [MeasureNote(.concurrencyCuts, names(lane, roster))]
        }
    }

    /// What one call came to. Asking what became of an earlier one is no call, but what that one cost becomes known by it.
    static func notes(
        _ result: AttemptResult, at lane: CallLane, isQuestion: Bool, in run: RunRecord, took: Duration
    ) -> [MeasureNote] {
        let names = names(lane, run)
        var notes: [MeasureNote] = []
        if !isQuestion {
            notes.append(MeasureNote(.attempts, names + [code(result)]))
            notes.append(MeasureNote(.attemptDuration, [lane.provider], took / .seconds(1)))
        }
        if let micros = result.costMicros, micros > 0 { notes.append(MeasureNote(.spentMicros, names, Double(micros))) }
        if result.isOutcomeUnknown, !isQuestion { notes.append(MeasureNote(.possiblyBilledCalls, names)) }
        return notes
    }

    /// Calls under way and calls that wait, as the limits know them.
    static func notes(_ use: [CallLane: CallGate.LaneUse], roster: ProviderRoster) -> [MeasureNote] {
        var sums: [[String]: CallGate.LaneUse] = [:]
        for (lane, use) in use { sums[names(lane, roster), default: CallGate.LaneUse()] += use }
        return sums.flatMap { names, use in
            [
                MeasureNote(.callsInFlight, names, Double(use.inFlight)),
                MeasureNote(.callsWaiting, names, Double(use.waiting)),
            ]
        }
    }

    private static func image(
        _ id: AssetID, _ provider: String?, _ state: AssetState, _ record: RunRecord?
    ) -> MeasureNote {
        let asset = record?.assets.first { $0.id == id }
        let lane = lane(of: asset, provider, record)
        return MeasureNote(.images, [MeasuredNames.kind(asset?.kind)] + lane + [state.rawValue])
    }

    /// Whose turn it was, unless it is known who made it.
    private static func lane(of asset: AssetRun?, _ provider: String?, _ record: RunRecord?) -> [String] {
        guard let asset, let record, let first = record.providers.first else {
            return [provider ?? MeasuredNames.none, MeasuredNames.other]
        }
        let last = record.providers[min(asset.provider, record.providers.count - 1)].name
        let name = provider ?? last
        guard let terms = record.providers.first(where: { $0.name == name }) else {
            return [name, MeasuredNames.other]
        }
        let asked = name == first.name ? asset.model ?? terms.model : terms.model
        return [name, asked == terms.model ? asked : MeasuredNames.other]
    }

    private static func names(_ lane: CallLane, _ run: RunRecord?) -> [String] {
        [lane.provider, MeasuredNames.model(lane.model, of: lane.provider, in: run)]
    }

    private static func names(_ lane: CallLane, _ roster: ProviderRoster) -> [String] {
        let isConfigured = roster.provider(named: lane.provider)?.model == lane.model
        return [lane.provider, isConfigured ? lane.model : MeasuredNames.other]
    }

    private static func code(_ result: AttemptResult) -> String {
        switch result {
        case .made: "ok"
        case .failed(let error): error.kind.rawValue
        case .interrupted: "interrupted"
        }
    }

    private static func isDead(_ record: RunRecord?) -> Bool {
        if case .deadLetter = record?.delivery.end { true } else { false }
    }
}

/// Measures are in seconds.
func seconds(_ length: Milliseconds) -> Double { Double(length) / 1_000 }

extension AttemptResult {
    fileprivate var costMicros: Int64? {
        switch self {
        case .made(_, let source, _): source.costMicros
        case .failed(let error): error.costMicros
        case .interrupted: nil
        }
    }

    fileprivate var isOutcomeUnknown: Bool {
        switch self {
        case .made: false
        case .failed(let error): error.phase == .afterSend
        case .interrupted(let phase): phase == .afterSend
        }
    }
}
