import Testing

@testable import JobModel

@Suite("Updates of workers that are not ours")
struct ForeignUpdateTests {
    private func update(
        _ status: JobStatus = .generating, made: [String] = [], failed: [String] = [], claimed: Int? = nil
    ) throws -> ForeignUpdate {
        ForeignUpdate(
            status: status, completedImages: claimed ?? made.count,
            pictures: Dictionary(
                uniqueKeysWithValues: try made.map { (try Make.asset($0), .link("https://pictures.example/\($0)")) }),
            failedIDs: try failed.map { try Make.asset($0) })
    }

    private func foreign() throws -> JobDesk {
        var desk = JobDesk(try Make.job())
        desk.send(.triggerEnded(epoch: 1, .acceptedByForeign))
        return desk
    }

    @Test("start, progress and end are folded")
    func folded() throws {
        var desk = try foreign()
        #expect(desk.job.status == .pending)
        #expect(desk.send(.foreignUpdateArrived(1, try update()))?.name == "folded")
        #expect(desk.job.status == .generating)
        desk.send(.foreignUpdateArrived(2, try update(made: ["evidence-1"], failed: ["location-1"])))
        #expect(desk.job.assets.map(\.status) == [.generated, .generating, .failed])
        desk.send(.foreignUpdateArrived(3, try update(.partial, made: ["evidence-1"], failed: ["location-1"])))
        #expect(desk.job.status == .partial && desk.job.isFinal)
        #expect(desk.job.failedIDs.count == 2)
        #expect(desk.job.assets[0].link == "https://pictures.example/evidence-1")
    }

    @Test("an inline picture is stored with the record that names it")
    func inline() throws {
        var state = try foreign().state
        let picture = Make.picture(1)
        let artifact = Artifact(owner: .local, hash: picture.hash, bytes: [1, 2, 3])
        let update = ForeignUpdate(
            status: .generating, completedImages: 1,
            pictures: [try Make.asset("evidence-1"): .inline(picture, artifact)], failedIDs: [])
        let effects = state.apply(.foreignUpdateArrived(1, update), now: 0, dice: 0)
        #expect(effects.attachments == [artifact])
        #expect(effects.mustSave)
        #expect(state.record.assets[0].picture == picture)
    }

    @Test("counts do not go back, neither of made nor of failed")
    func stale() throws {
        var desk = try foreign()
        desk.send(.foreignUpdateArrived(1, try update(made: ["evidence-1"], failed: ["location-1"])))
        let before = desk.job
        for late in [
            try update(), try update(made: ["evidence-1"]), try update(failed: ["location-1"]),
            try update(made: [], failed: ["location-1"], claimed: 5),
        ] {
            #expect(desk.send(.foreignUpdateArrived(2, late))?.name == "stale_update")
        }
        #expect(desk.job == before)
        desk.send(.foreignUpdateArrived(3, try update(.completed, made: ["evidence-1", "evidence-2", "location-1"])))
        #expect(desk.job.status == .completed)
        #expect(desk.send(.foreignUpdateArrived(4, try update(.failed)))?.name == "stale_update")
    }

    @Test("a job in the hands of a worker of ours takes no unnumbered update")
    func ours() throws {
        var desk = try JobDesk.accepted()
        #expect(desk.send(.foreignUpdateArrived(1, try update()))?.name == "unnumbered_update")
        // Our worker's answer may have been unreadable: its first snapshot says whose it is.
        var late = try foreign()
        late.report(version: 2, [.generating, .queued, .queued])
        #expect(late.job.handOut.acceptance == .acknowledged)
        #expect(late.send(.foreignUpdateArrived(1, try update()))?.name == "unnumbered_update")
    }

    @Test("an update that overtakes the answer to the trigger takes the job")
    func beforeTheAnswer() throws {
        var desk = JobDesk(try Make.job())
        desk.send(.tick)
        desk.send(.foreignUpdateArrived(1, try update(made: ["evidence-1"])))
        #expect(desk.job.handOut.acceptance == .foreign)
        #expect(!desk.job.isTriggerOwed)
        desk.send(.triggerEnded(epoch: 1, .unreachable(reason: "timed out")))
        #expect(!desk.job.isTriggerOwed && desk.job.lastError == nil)
    }

    @Test func unknownNamesInAnUpdateChangeNothing() throws {
        var desk = try foreign()
        desk.send(.foreignUpdateArrived(1, try update(made: ["evidence-1", "nobody"], failed: ["none"])))
        #expect(desk.job.completedImages == 1)
        #expect(desk.job.assets.count == 3)
    }
}
