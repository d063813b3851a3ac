import Testing

@testable import JobModel

@Suite("The ends of a job's images are told once")
struct ImageEndTests {
    private func ends(_ desk: JobDesk) -> [String] {
        desk.actions.flatMap { action -> [String] in
            guard case .log(.imagesEnded(let ends)) = action else { return [] }
            return ends.map { "\($0.asset) \($0.kind) \($0.state.rawValue) \($0.provider ?? "-")" }
        }
    }

    @Test func eachWhenItIsReported() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 2, [.generated, .generating, .queued])
        #expect(ends(desk) == ["evidence-1 evidence generated local"])
        desk.report(version: 3, [.generated, .retrying, .queued])
        desk.report(version: 3, [.generated, .retrying, .queued])
        #expect(ends(desk).count == 1)
        desk.report(version: 4, .partial, [.generated, .failed, .canceled])
        #expect(ends(desk).dropFirst() == ["evidence-2 evidence failed -", "location-1 location canceled -"])
    }

    @Test("another epoch ends those that it was to make, and no others")
    func anotherEpoch() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 2, .partial, [.generated, .failed, .failed])
        try desk.retry(["evidence-2"])
        desk.end(.partial, [.generated, .generated, .failed])
        #expect(
            ends(desk).dropFirst(3) == ["evidence-2 evidence generated local"])
    }

    @Test("what a deadline cut off has ended when nothing goes on with it")
    func cutOff() throws {
        for continues in [true, false] {
            var desk = JobDesk(
                try Make.job(), policy: JobPolicy(continuesAfterDeadline: continues))
            desk.send(.tick)
            desk.send(.triggerEnded(epoch: 1, .accepted))
            var last = Make.snapshot(of: desk.job, version: 2, status: .generating, [.generated, .failed, .generating])
            last.assets[1].cutOff = true
            desk.report(last)
            #expect(ends(desk).count == 1)
            last = Make.snapshot(of: desk.job, version: 3, status: .partial, [.generated, .failed, .failed])
            last.assets[1].cutOff = true
            desk.report(last)
            #expect(ends(desk).count == (continues ? 2 : 3))
            #expect(desk.job.isFinal != continues)
            guard continues else { continue }
            desk.now += 1_000
            desk.send(.tick)
            desk.end(.completed, [.generated, .generated, .failed])
            #expect(ends(desk).last == "evidence-2 evidence generated local" && ends(desk).count == 3)
        }
    }
}

@Suite("How long a webhook took")
struct DeliveryLatencyTests {
    @Test("from the first try of its version")
    func latency() throws {
        var tries = 0
        let record = try Make.run(assets: Make.assets(evidence: 1, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (50_000, Make.made(id)) }
            $0.delivery = { _ in
                tries += 1
                return (250, tries < 3 ? .failed(reason: "503", retryAfter: nil) : .accepted(stopBy: nil))
            }
        }
        driver.run()
        let latencies = driver.logs.compactMap { if case .delivered(_, let latency) = $0 { latency } else { nil } }
        // Two tries that failed, pauses of one and two seconds, and the third: each takes a quarter of a second.
        #expect(latencies.count == 2 && latencies.last == 250)
        #expect((3_750..<4_100).contains(latencies.first ?? 0))
        let noted = driver.record?.deliveries.map(\.latency)
        #expect(noted == [nil, nil, latencies.first, 250])
    }

    @Test("told once more, it counts from then")
    func repeated() {
        var delivery = Delivery()
        delivery.want(3)
        delivery.begin(3, now: 1_000)
        #expect(delivery.latency(now: 1_200) == 200)
        delivery.settle(3, .accepted(stopBy: nil), isFinal: false, now: 1_200, dice: 0)
        delivery.repeatTelling(3)
        delivery.begin(3, now: 600_000)
        #expect(delivery.latency(now: 600_050) == 50)
        // By a clock that was set back.
        #expect(delivery.latency(now: 5) == 0)
    }
}
