import JobModel

/// What a job's state asks for, done. Each answer comes back to the job as an event.
extension JobService {
    func perform(_ key: CaseKey, _ action: JobAction, _ record: JobRecord?) {
        switch action {
        case .trigger(let record):
            tasks.start {
                let answer =
                    await self.lanes.handOut(to: record.handOut.worker) { await self.trigger(record) }
                    ?? .unreachable(reason: Self.shuttingDown, wasSent: false)
                self.measures.note(JobMeasures.notes(answer))
                self.records.send(.triggerEnded(epoch: record.handOut.epoch, answer), to: key)
            }
        case .ask(let record):
            tasks.start {
                let answer =
                    await self.lanes.ask(record.handOut.worker) { await self.question(record) }
                    ?? .unreachable(reason: Self.shuttingDown)
                self.measures.note(JobMeasures.notes(answer))
                self.records.send(.runAnswered(epoch: record.handOut.epoch, answer), to: key)
            }
        case .tellCancel(let record):
            tasks.start {
                let answer =
                    await self.lanes.ask(record.handOut.worker) { await self.tellCancel(record) }
                    ?? .unreachable(reason: Self.shuttingDown)
                self.records.send(.cancelEnded(epoch: record.handOut.epoch, answer), to: key)
            }
        case .settle(let record): tasks.start { await self.settle(record, key) }
        case .alert(let alert):
            JobLog.write(alert, to: logger)
            measures.note(JobMeasures.notes(alert, record: record))
            jobAlerts?.tell(AlertMessage(alert)) { tasks.start(nil, $0) }
        case .archive(let record, let token, let proposal):
            tasks.start { await self.archive(record, token, proposal, key) }
        case .writeLegacyStatus(let record):
            tasks.start { await LegacyStatus.write(record, to: self.store, logger: self.logger) }
        case .reply(let token, let reply): desk.answer(token, reply)
        case .log(let entry):
            JobLog.write(entry, key: key, record: record, to: logger)
            measures.note(JobMeasures.notes(entry, record: record))
        }
    }

    private func tellCancel(_ record: JobRecord) async -> CancelAnswer {
        await client?.cancel(record) ?? .unreachable(reason: "this process asks no workers")
    }

    private func trigger(_ record: JobRecord) async -> TriggerAnswer {
        guard let client else { return .unreachable(reason: "this process triggers no workers", wasSent: false) }
        do {
            let specification = try await Specifications.load(record.specification, owner: record.owner, from: store)
            var told = record
            told.handOut.stopBy = clock.wall(at: record.handOut.stopBy)
            return await client.trigger(told, specification: specification)
        } catch {
            return .unreachable(reason: "the specification cannot be read: \(error)", wasSent: false)
        }
    }

    private func archive(_ record: JobRecord, _ token: ReplyToken, _ proposal: JobProposal, _ key: CaseKey) async {
        var next = proposal
        // Who is put away is heard of no more.
        if let accounts, record.isSettlementOwed {
            guard await accounts.desk.settle(record) else {
                return desk.answer(token, .unavailable(Self.shuttingDown))
            }
        }
        switch await Archive.put(record, to: store) {
        case .success:
            next.archived = record.jobID
            records.send(.creationRequested(token, next), to: key)
        case .failure(let error):
            desk.answer(token, .unavailable(error.message))
        }
    }
}
