import Testing

@testable import JobModel

@Suite("Mailroom")
struct MailroomTests {
    private func isStart(_ action: RunAction) -> Bool { if case .startAttempt = action { true } else { false } }

    @Test("nothing is done before the record that it follows from is durable")
    func actionsWaitForTheCommit() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        #expect(bench.writing != nil)
        #expect(bench.takeActions().isEmpty)
        bench.endWrite(.committed, now: 1)
        try bench.grant(now: 1)
        #expect(bench.writing != nil)
        #expect(!bench.takeActions().contains { isStart($0) })
        bench.endWrite(.committed, now: 2)
        #expect(bench.takeActions().count { isStart($0) } == 5)
        #expect(bench.artifacts == [Make.hash(1)])
    }

    @Test("a crowd of events costs one commit")
    func eventsShareAWrite() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(.committed, now: 0)
        try bench.grant(now: 0)
        bench.endWrite(.committed, now: 0)
        _ = bench.takeActions()
        let ids = try Make.assets(evidence: 5, locations: 0).map(\.id)
        for (number, id) in ids.enumerated() {
            bench.send(.attemptEnded(id, epoch: 1, start: 1, Make.made(number)), now: 10)
        }
        // The first made a write, the other four share the next.
        bench.endWrite(.committed, now: 11)
        bench.endWrite(.committed, now: 12)
        #expect(bench.writing == nil)
        #expect(bench.commits == 4)
        #expect(bench.stored?.record.assets.count { $0.state == .generated } == 5)
        try bench.grant(now: 12)
        bench.endWrite(.committed, now: 13)
        #expect(bench.takeActions().count { isStart($0) } == 5)
        #expect(bench.artifacts.count == 1 + 5)
    }

    @Test("a write whose outcome nobody knows is looked up", arguments: [true, false])
    func unknownOutcome(happened: Bool) throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(happened ? .unknownButDone : .unknownAndLost, now: 1)
        if !happened { bench.endWrite(.committed, now: 2) }
        #expect(bench.commits == 1)
        try bench.grant(now: 2)
        bench.endWrite(.committed, now: 3)
        #expect(bench.takeActions().count { isStart($0) } == 5)
    }

    @Test("a store that takes nothing: new runs are told at once, known ones wait")
    func refusedWrites() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(.refused, now: 1)
        #expect(bench.takeActions() == [.reply(1, .unavailable("disk full"))])
        #expect(bench.mailroom.count == 0)
        bench.send(.requested(2, Make.proposal(try Make.run())), now: 2)
        bench.endWrite(.committed, now: 3)
        try bench.grant(now: 3)
        bench.endWrite(.committed, now: 3)
        _ = bench.takeActions()
        let id = try Make.asset("evidence-1")
        bench.send(.attemptEnded(id, epoch: 1, start: 1, Make.made(1)), now: 4)
        bench.endWrite(.refused, now: 5)
        #expect(bench.isPaused && bench.takeActions().isEmpty)
        bench.resumeWriting(now: 6)
        bench.endWrite(.committed, now: 7)
        #expect(bench.stored?.record.assets[0].state == .generated)
        #expect(bench.artifacts.contains(Make.picture(1).hash))
        try bench.grant(now: 7)
        bench.endWrite(.committed, now: 7)
        #expect(bench.takeActions().count { isStart($0) } == 1)
    }

    @Test("while the store stands, no more than a bounded crowd waits for it")
    func waitingIsBounded() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        for token in 2...1_000 { bench.send(.requested(ReplyToken(token), Make.proposal(try Make.run())), now: 1) }
        let refused = bench.takeActions().count { if case .reply(_, .unavailable) = $0 { true } else { false } }
        #expect(refused == 1_000 - 256)
        // What is no question is taken in all the same.
        bench.send(.permitted(Make.permits(1)), now: 2)
        #expect(bench.state?.record.assets[0].state == .generating)
        bench.endWrite(.committed, now: 3)
        bench.endWrite(.committed, now: 4)
        let accepted = bench.takeActions().count { if case .reply(_, .accepted) = $0 { true } else { false } }
        #expect(accepted == 256)
    }

    @Test("a record that cannot be read: questions are answered, facts are kept until it can")
    func unreadable() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(.committed, now: 0)
        try bench.grant(now: 0)
        bench.crash(writeHappened: true)
        bench.isUnreadable = true
        bench.send(Make.cancel(2), now: 1)
        #expect(bench.takeActions() == [.reply(2, .unavailable("bad sector"))])
        #expect(!bench.isPaused && bench.mailroom.count == 0)
        bench.send(.resumed, now: 2)
        #expect(bench.isPaused)
        bench.resumeWriting(now: 3)
        bench.isUnreadable = false
        bench.resumeWriting(now: 4)
        #expect(bench.state?.record.assets.count { $0.crashes == 1 } == 5)
    }

    @Test("a record that stays unreadable is given up, not asked for for ever")
    func unreadableForEver() throws {
        var bench = Bench<RunState>()
        bench.isUnreadable = true
        bench.send(.resumed, now: 0)
        var pauses = 0
        while bench.isPaused, pauses < 10_000 {
            pauses += 1
            bench.resumeWriting(now: 0)
        }
        #expect(pauses == 60)
        #expect(bench.mailroom.count == 0)
    }

    @Test("an outcome in doubt over a store that cannot be read loses no call that was promised")
    func doubtAndUnreadable() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.isUnreadable = true
        bench.endWrite(.unknownButDone, now: 1)
        #expect(bench.isPaused)
        bench.isUnreadable = false
        bench.resumeWriting(now: 2)
        try bench.grant(now: 2)
        bench.endWrite(.committed, now: 3)
        #expect(bench.takeActions().count { isStart($0) } == 5)
    }

    @Test("what another process wrote first is what the event then happens to")
    func conflict() throws {
        var bench = Bench<JobState>()
        let job = try Make.job()
        bench.send(.creationRequested(1, Make.proposal(job)), now: 0)
        var theirs = try Make.job(2)
        theirs.status = .generating
        theirs.handOut.acceptance = .acknowledged
        bench.replaceStored(theirs)
        bench.endWrite(.committed, now: 1)
        guard case .reply(1, .joined(let joined)) = bench.takeActions().first else {
            return #expect(Bool(false), "the first to commit wins")
        }
        #expect(joined.jobID.text == "job_2")
        #expect(bench.mailroom.count == 0)
    }

    @Test("a record at rest is forgotten and a tick of it costs one reading")
    func restIsForgotten() throws {
        var bench = Bench<JobState>()
        bench.schedule(due: 100)
        #expect(bench.nextWake == 100)
        bench.tick(now: 99)
        #expect(bench.mailroom.count == 0 && bench.nextWake == 100)
        bench.tick(now: 100)
        #expect(bench.mailroom.count == 0)
        #expect(bench.nextWake == nil)
    }

    @Test("of a crowd whose time has come so many are held as there is room for, and all have their turn")
    func crowd() throws {
        var mailroom = Mailroom<Int, JobState>(context: JobPolicy())
        for key in 0..<300 { mailroom.schedule(key, due: 100) }
        var turns: [Int] = []
        var held: [Int] = []
        func take(_ actions: [MailroomAction<Int, JobState>]) {
            for case .load(let key) in actions { held.append(key) }
        }
        take(mailroom.tick(now: 100) { 0 })
        #expect(held.count == JobState.heldAtMost && mailroom.nextWake == nil, "it sleeps while there is no room")
        // Whoever waits already is not put into the line again.
        for key in 0..<300 { mailroom.schedule(key, due: 100) }
        #expect(mailroom.nextWake == nil)
        while let key = held.popLast() {
            turns.append(key)
            _ = mailroom.loaded(key, nil, revision: nil, isOwnWrite: false, now: 101)
            #expect(mailroom.nextWake == 0 || turns.count > 300 - JobState.heldAtMost)
            take(mailroom.tick(now: 101) { 0 })
        }
        #expect(turns.sorted() == Array(0..<300) && mailroom.count == 0 && mailroom.nextWake == nil)
    }

    @Test("a job that is created in a crowd is recorded, and handed out when its turn comes")
    func waitsForItsTurn() throws {
        var bench = Bench<JobState>()
        var proposal = Make.proposal(try Make.job())
        proposal.waitsForItsTurn = true
        bench.send(.creationRequested(1, proposal), now: 0)
        bench.endWrite(.committed, now: 1)
        let early = bench.takeActions()
        #expect(early.contains { if case .reply(1, .created) = $0 { true } else { false } })
        #expect(!early.contains { if case .trigger = $0 { true } else { false } })
        #expect(bench.mailroom.count == 0, "it is let go of")
        bench.schedule(due: 2)
        bench.tick(now: 2)
        bench.endWrite(.committed, now: 3)
        #expect(bench.takeActions().contains { if case .trigger = $0 { true } else { false } })
    }
}

@Suite("Due queue")
struct DueQueueTests {
    @Test("gives keys in the order of their latest instant", arguments: 1...10 as ClosedRange<UInt64>)
    func againstAModel(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = DueQueue<Int>()
        var model: [Int: Milliseconds] = [:]
        for _ in 0..<3_000 {
            let key = Int.random(in: 0..<40, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<7:
                let due = Milliseconds.random(in: 0..<1_000, using: &generator)
                queue.set(key, due: due)
                model[key] = due
            case 7:
                queue.set(key, due: nil)
                model[key] = nil
            default:
                let now = Milliseconds.random(in: 0..<300, using: &generator)
                let popped = queue.popDue(at: now)
                #expect(Set(popped) == Set(model.filter { $0.value <= now }.keys))
                #expect(popped.map { model[$0] ?? -1 } == popped.map { model[$0] ?? -1 }.sorted())
                for key in popped { model[key] = nil }
            }
            #expect(queue.next == model.values.min())
        }
    }
}
