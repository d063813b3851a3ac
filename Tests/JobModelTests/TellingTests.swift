import Testing

@testable import JobModel

@Suite("What is told, and when")
struct TellingTests {
    private func finished(
        _ schedule: Schedule, artifactURL: String? = nil,
        call: @escaping (AssetID, Int) -> (after: Milliseconds, end: AttemptResult),
        delivery: @escaping (Snapshot) -> (after: Milliseconds, end: DeliveryAnswer) = { _ in
            (0, .accepted(stopBy: nil))
        }
    ) throws -> RunDriver {
        let record = try Make.run(artifactURL: artifactURL, limits: RunLimits(schedule: schedule))
        var driver = RunDriver.accepted(record) {
            $0.call = call
            $0.delivery = delivery
        }
        driver.run()
        return driver
    }

    @Test("14 images make four webhooks: start, 5, 10, final", arguments: Schedule.allCases)
    func fourSnapshots(schedule: Schedule) throws {
        let driver = try finished(schedule) { id, _ in (1_000 + Milliseconds(id.text.utf8.count) * 7, Make.made(id)) }
        #expect(driver.told.map(\.snapshot.madeCount) == [0, 5, 10, 14])
        #expect(driver.told.map(\.snapshot.isFinal) == [false, false, false, true])
        #expect(driver.told.map(\.snapshot.status) == [.generating, .generating, .generating, .completed])
        #expect(driver.told[0].at == 0)
        let versions = driver.told.map(\.snapshot.version)
        #expect(versions == versions.sorted() && Set(versions).count == 4)
    }

    @Test("four at any latencies", arguments: 1...30 as ClosedRange<UInt64>)
    func fourAtAnyLatencies(seed: UInt64) throws {
        for schedule in Schedule.allCases {
            var generator = SeededGenerator(seed: seed)
            let driver = try finished(schedule) { id, _ in
                (Milliseconds.random(in: 100...50_000, using: &generator), Make.made(id))
            }
            #expect(driver.told.map(\.snapshot.madeCount) == [0, 5, 10, 14])
        }
    }

    @Test("none while one is on its way; the next tells everything up to then")
    func merged() throws {
        let driver = try finished(.rolling) { id, _ in
            (1_000, Make.made(id))
        } delivery: { _ in
            (2_500, .accepted(stopBy: nil))
        }
        #expect(driver.told.map(\.at) == [0, 2_500, 5_000])
        #expect(driver.told.map(\.snapshot.madeCount) == [0, 10, 14])
    }

    @Test("a park or a failure is told at once", arguments: [MediaError.Kind.refused, .invalidRequest])
    func failuresAreTold(kind: MediaError.Kind) throws {
        let driver = try finished(.rolling) { id, _ in
            id.text == "evidence-2" ? (300, .failed(Make.error(kind))) : (1_000, Make.made(id))
        }
        #expect(driver.told[1].at == 300)
        #expect(driver.told[1].snapshot.failedIDs.map(\.text) == ["evidence-2"])
        #expect(driver.told.last?.snapshot.status == .partial)
        #expect(driver.told.count == 5)
    }

    @Test("with an artifact address every picture is told within a second", arguments: Schedule.allCases)
    func newsWithinASecond(schedule: Schedule) throws {
        var made: [AssetID: Milliseconds] = [:]
        let driver = try finished(schedule, artifactURL: Make.artifactURL) { id, _ in
            let delay = Milliseconds(id.text.utf8.last ?? 0) * 613 % 9_000 + 100
            made[id] = delay
            return (delay, Make.made(id))
        }
        for start in driver.starts {
            let madeAt = start.at + (made[start.asset] ?? 0)
            let toldAt = driver.told.first {
                $0.snapshot.assets.contains { $0.id == start.asset && $0.status == .generated }
            }
            let delay = try #require(toldAt).at - madeAt
            #expect((0...1_000).contains(delay), "\(start.asset) was told \(delay) ms after it was made")
        }
        #expect(driver.told.last?.snapshot.status == .completed)
    }

    @Test("a picture is put once, before it is named")
    func putBeforeNamed() throws {
        var driver = RunDriver.accepted(try Make.run(artifactURL: Make.artifactURL)) {
            $0.call = { id, _ in (1_000, Make.made(id)) }
            $0.upload = { _ in (2_000, .accepted(stopBy: nil)) }
        }
        driver.run()
        #expect(driver.uploads.count == 14)
        #expect(Set(driver.uploads.map(\.hash)).count == 14)
        for told in driver.told {
            for hash in told.snapshot.assets.compactMap(\.picture?.hash) {
                let put = try #require(driver.uploads.first { $0.hash == hash })
                #expect(put.at + 2_000 <= told.at)
            }
        }
        #expect(driver.told.last?.snapshot.madeCount == 14)
    }

    @Test func noMoreThanFourUploadsAtOnce() throws {
        var driver = RunDriver.accepted(try Make.run(artifactURL: Make.artifactURL)) {
            $0.call = { id, _ in (1_000, Make.made(id)) }
            $0.upload = { _ in (100_000, .accepted(stopBy: nil)) }
        }
        driver.run(until: 50_000)
        #expect(driver.uploads.count == RunState.uploadsAtOnce)
        driver.run()
        #expect(driver.record?.isAtRest == true)
    }

    @Test("a receiver that keeps missing what it took is not fed for ever")
    func reuploadsAreBounded() throws {
        let record = try Make.run(artifactURL: Make.artifactURL, assets: Make.assets(evidence: 3, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (id.text == "evidence-3" ? 40_000 : 1_000, Make.made(id)) }
            $0.delivery = { snapshot in
                let hashes = snapshot.assets.compactMap(\.picture?.hash)
                return (0, hashes.isEmpty ? .accepted(stopBy: nil) : .artifactsMissing(hashes, reason: "422"))
            }
        }
        driver.run()
        // Each of the three is put once, and again as often as the receiver may miss it.
        #expect(driver.uploads.count <= 3 * (1 + DeliveryPolicy.missesAtMost))
        #expect(driver.told.count < 20)
        #expect(driver.record?.status == .completed)
        #expect(driver.record?.delivery.end == .deadLetter(reason: "422"))
        #expect(driver.record?.isAtRest == true)
    }

    @Test("a receiver that lost a picture once gets it again and all is well")
    func reupload() throws {
        let record = try Make.run(artifactURL: Make.artifactURL, assets: Make.assets(evidence: 1, locations: 0))
        var misses = 1
        var driver = RunDriver.accepted(record) {
            $0.delivery = { snapshot in
                guard snapshot.isFinal, misses > 0 else { return (0, .accepted(stopBy: nil)) }
                misses -= 1
                return (0, .artifactsMissing(snapshot.assets.compactMap(\.picture?.hash), reason: "422"))
            }
        }
        driver.run()
        #expect(driver.uploads.count == 2)
        #expect(driver.told.map(\.snapshot.isFinal) == [false, true, true])
        #expect(driver.record?.delivery.end == nil)
        #expect(driver.record?.isAtRest == true)
    }

    @Test("uploads that fail are tried with growing pauses, and the final snapshot waits for them")
    func uploadsAreRepeated() throws {
        let record = try Make.run(artifactURL: Make.artifactURL, assets: Make.assets(evidence: 1, locations: 0))
        var tries = 0
        var driver = RunDriver.accepted(record) {
            $0.upload = { _ in
                tries += 1
                return (0, tries < 5 ? .failed(reason: "503", retryAfter: nil) : .accepted(stopBy: nil))
            }
        }
        driver.run()
        #expect(driver.uploads.map(\.at) == [1_000, 1_500, 2_500, 4_500, 8_500])
        #expect(driver.told.map(\.at) == [0, 8_500])
    }

    @Test("uploads that never work end in a dead letter that is durable")
    func uploadsEnd() throws {
        let record = try Make.run(artifactURL: Make.artifactURL, assets: Make.assets(evidence: 1, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.upload = { _ in (0, .failed(reason: "507", retryAfter: nil)) }
        }
        driver.run()
        #expect(driver.bench.stored?.record.delivery.end == .deadLetter(reason: "507"))
        #expect(driver.bench.stored?.record.isAtRest == true)
        #expect(driver.uploads.count == DeliveryPolicy.uploadDelays.count + 1)
        #expect(DeliveryPolicy.uploadDelays == DeliveryPolicy.uploadDelays.sorted())
    }

    @Test("what an earlier epoch made is told from the start and not made again")
    func keptAssets() throws {
        var assets = try Make.assets(evidence: 6, locations: 0)
        for index in 0..<4 {
            let kept = KeptAsset(id: assets[index].id, picture: Make.picture(index), source: Make.source, attempts: 2)
            assets[index] = AssetRun(kept: kept, kind: .evidence, priority: 0)
        }
        var driver = RunDriver.accepted(try Make.run(epoch: 2, artifactURL: Make.artifactURL, assets: assets)) {
            $0.call = { id, _ in (1_000, Make.made(id)) }
        }
        driver.run()
        #expect(driver.starts.map(\.asset.text) == ["evidence-5", "evidence-6"])
        #expect(driver.told[0].snapshot.madeCount == 4)
        #expect(driver.uploads.count == 2)
        #expect(driver.told.last?.snapshot.assets.map(\.attempts) == [2, 2, 2, 2, 1, 1])
    }

    @Test("a run of which everything is kept ends at once")
    func nothingLeftToMake() throws {
        let assets = try Make.assets(evidence: 1, locations: 0).map {
            AssetRun(
                kept: KeptAsset(id: $0.id, picture: Make.picture(1), source: nil, attempts: 1), kind: $0.kind,
                priority: 0)
        }
        var driver = RunDriver.accepted(try Make.run(epoch: 3, assets: assets))
        driver.run()
        #expect(driver.starts.isEmpty)
        #expect(driver.told.map(\.snapshot.status) == [.completed])
    }
}
