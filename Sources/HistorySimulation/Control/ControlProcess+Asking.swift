import JobModel

/// What `WorkerHTTPClient` asks a worker, and what comes of it.
extension ControlProcess {
    /// `GET /api/runs/{jobId}?claim=…`
    func question(_ record: JobRecord, _ key: CaseID) {
        let (job, claim, epoch) = (record.jobID, record.handOut.claim, record.handOut.epoch)
        Exchange<Snapshot?>.begin(
            "question about \(job) epoch \(epoch)", from: self, to: worker(of: record), timeout: 10_000,
            serve: { process, answer in
                answer((process as? WorkerProcess)?.snapshot(job, claim: claim))
            },
            ended: { [unowned self] in
                let answer = runAnswer($0)
                world.count(Happening(answer))
                records.send(.runAnswered(epoch: epoch, answer), to: key)
            })
    }

    private func runAnswer(_ end: ExchangeEnd<Snapshot?>) -> RunAnswer {
        switch end {
        case .silence, .refused: return .unreachable(reason: "no answer")
        case .answer(nil): return .unknown
        case .answer(var snapshot?):
            snapshot.artifactURL = nil
            return .snapshot(
                snapshot, missing: missingPictures(of: snapshot), history: world.history(of: snapshot))
        }
    }

    /// `POST /api/runs/{jobId}/cancel`
    func tellCancel(_ record: JobRecord, _ key: CaseID) {
        let (job, epoch) = (record.jobID, record.handOut.epoch)
        Exchange<CancelAnswer>.begin(
            "cancel of \(job) epoch \(epoch)", from: self, to: worker(of: record), timeout: 10_000,
            serve: { process, answer in
                // A worker that is not ours knows no such route.
                guard let worker = process as? WorkerProcess else { return answer(.unknown) }
                worker.cancel(job, epoch: epoch, answer)
            },
            ended: { [unowned self] in
                let answer = $0.answer ?? .unreachable(reason: "no answer")
                world.count(Happening(answer))
                records.send(.cancelEnded(epoch: epoch, answer), to: key)
            })
    }

    private func worker(of record: JobRecord) -> () -> Process? {
        let index = Names.worker(at: record.handOut.worker)
        return { [unowned world] in index.map { world.processes[.worker($0)] } ?? world.stranger }
    }
}

extension WorkerProcess {
    /// What a receiver would be told now: only what is durable.
    fileprivate func snapshot(_ job: JobID, claim: Claim) -> Snapshot? {
        guard let run = store.entries[job]?.record, run.claim == claim, !run.isForgotten else { return nil }
        return run.snapshot()
    }

    fileprivate func cancel(_ job: JobID, epoch: Int, _ answer: @escaping (CancelAnswer) -> Void) {
        ask(job, { .cancelRequested($0, RunCancel(job: job, epoch: epoch)) }) { reply in
            switch reply {
            case .done(let run), .accepted(let run): answer(run.isGhost ? .unknown : .taken)
            case .unknownRun, .forgotten: answer(.unknown)
            case .unavailable, .busy, .conflict, .staleEpoch: answer(.unreachable(reason: "503"))
            }
        }
    }
}

extension TriggerAnswer {
    init(_ end: ExchangeEnd<TriggerAnswer>) {
        switch end {
        case .answer(let answer): self = answer
        case .silence: self = .unreachable(reason: "no answer", wasSent: true)
        case .refused: self = .unreachable(reason: "connection refused", wasSent: false)
        }
    }
}
