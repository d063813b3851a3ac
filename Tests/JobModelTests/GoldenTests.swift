import JSONCoding
import Testing

@testable import JobModel

/// The bytes of what is stored and sent. A change here is a change of a format that other versions and other people's
/// programs read.
@Suite("Golden encodings")
struct GoldenTests {
    private func check<Value: Codable & Equatable>(_ value: Value, _ name: String) throws {
        let written = String(decoding: try JSON.encode(value, style: .pretty), as: UTF8.self)
        let stored = try golden(name)
        #expect(written == stored, "\(name).json")
        #expect(try JSON.decode(Value.self, from: Array(stored.utf8)) == value, "\(name).json reads back")
    }

    private func jobRecord() throws -> JobRecord {
        var job = try Make.job(now: 1_700_000_000_000)
        job.writeID = 42
        job.handOut.acceptance = .acknowledged
        job.handOut.tries = 2
        job.handOut.wait = Wait(now: 1_700_000_000_500, length: 1_500)
        job.pastClaims = [
            PastClaim(
                epoch: 1, claim: try Claim("claim_1_0"), webhookURL: Make.webhookURL, specification: job.specification)
        ]
        job.handOut.epoch = 2
        job.status = .partial
        job.isFinal = true
        job.startedAt = 1_700_000_001_000
        job.completedAt = 1_700_000_061_000
        job.updatedAt = 1_700_000_061_000
        job.version = 9
        job.retryCount = 1
        job.lastError = "connection refused"
        job.assets[0].status = .generated
        job.assets[0].attempts = 2
        job.assets[0].picture = Make.picture(1)
        job.assets[0].source = Make.source
        job.assets[0].cost = AssetCost(micros: 39_000)
        job.assets[1].status = .failed
        job.assets[1].attempts = 4
        job.assets[1].error = MediaError(
            .rateLimited, "slow down", provider: "gemini", providerCode: "429 RESOURCE_EXHAUSTED", retryAfter: 17_000,
            context: ["status": "429"])
        job.assets[1].spent = AssetCost(micros: 39_000, possiblyBilled: 1, possibleMicros: 39_000)
        job.assets[1].openCall = try RemoteCall(provider: "replicate", id: "p1")
        job.assets[1].wordings = [Wording(epoch: 0, hash: Make.hash(2)), Wording(epoch: 2, hash: Make.hash(3))]
        job.assets[2].status = .generated
        job.assets[2].link = "https://pictures.example/location-1"
        job.handOut.options = RunOptions(providers: ["gemini", "local"], fallbackOnRefusal: true)
        job.handOut.fallback = "local"
        job.estimateMicros = 78_000
        job.handOut.sends = 2
        job.handOut.rounds = 1
        job.pastClaims[0].version = 7
        job.assets[1].pastCosts = [EpochCost(epoch: 1, cost: AssetCost(micros: 39_000))]
        job.assets[1].cutOff = true
        job.heardAt = 1_700_000_061_000
        job.alertedAt = 1_700_000_060_000
        job.cancel = CancelOrder(askedAt: 1_700_000_059_000)
        job.continuations = 1
        job.keepUntil = 1_702_592_061_000
        job.journal = [
            JournalEntry(at: 1_700_000_000_500, what: .triggered, epoch: 1, detail: "http://worker.example", times: 2),
            JournalEntry(at: 1_700_000_061_000, what: .lateResult, epoch: 2, asset: job.assets[0].id),
        ]
        job.histories = [HistoryReference(epoch: 1, hash: Make.hash(4))]
        return job
    }

    /// A record of the format before: what it did not know is as it was then.
    @Test func jobRecordOfFormat2IsRead() throws {
        let stored = try JSON.decode(JobRecord.self, from: Array(try golden("JobRecord-format2").utf8))
        #expect(stored.journal.isEmpty && stored.histories.isEmpty && stored.cancel == nil && stored.forgotten == nil)
        #expect(stored.heardAt == stored.updatedAt && stored.continuations == 0)
        #expect(stored.handOut.sends == nil && stored.account == nil)
        // What it has cost is in no ledger yet.
        #expect(stored.isSettlementOwed && stored.due == stored.updatedAt)
        #expect(stored.completedImages == 2)
    }

    /// Format 3 knew one family and no pictures that come in.
    @Test func jobRecordOfFormat3IsRead() throws {
        let stored = try JSON.decode(JobRecord.self, from: Array(try golden("JobRecord-format3").utf8))
        #expect(stored == (try jobRecord()))
        #expect(stored.family == .case && stored.inputs.isEmpty)
    }

    @Test func jobRecordOfAnotherFamilyIsStoredSo() throws {
        let id = try JobID("job_9")
        var job = JobRecord(
            jobID: id, owner: try OwnerID("acme"), caseID: CaseID(of: id), createdAt: 1_700_000_000_000,
            specification: Make.hash(1), requestHash: Make.hash(2),
            handOut: HandOut(
                epoch: 1, worker: Make.worker, claim: try Claim("claim_9"), stopBy: 1_700_001_800_000,
                webhookURL: Make.webhookURL, artifactURL: Make.artifactURL),
            assets: [JobAsset(id: try AssetID("0"), kind: .other("render"), name: "render")],
            inputs: [Make.hash(5), Make.hash(6)], family: .generation)
        job.deliveryTimes = [120, 7_000]
        job.trace = TraceParent(header: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        try check(job, "JobRecord-generation")
    }

    /// A record of the first format, as a store of that time holds it.
    @Test func jobRecordOfFormat1IsRead() throws {
        let job = try JSON.decode(JobRecord.self, from: Array(try golden("JobRecord-format1").utf8))
        #expect(job.completedImages == 2 && job.journal.isEmpty && job.handOut.sends == nil)
        #expect(job.assets.allSatisfy { $0.totalCost == AssetCost() })
    }

    @Test func forgottenJobIsStoredSo() throws {
        var job = try jobRecord()
        job.forget(now: 1_800_000_000_000, memoryKept: 1_000)
        try check(job, "JobRecord-forgotten")
        #expect(try JSON.encode(job).count < 1_500)
    }

    private func runRecord() throws -> RunRecord {
        var assets = try Make.assets(evidence: 2, locations: 1)
        assets[0].state = .generated
        assets[0].attempts = 1
        assets[0].startedAt = 0
        assets[0].picture = Make.picture(1)
        assets[0].source = AssetSource(provider: "gemini", model: "m", isFallback: true, costMicros: 39_000)
        assets[0].upload = .done
        assets[1].state = .retrying
        assets[1].attempts = 2
        assets[1].crashes = 1
        assets[1].startedAt = 20
        assets[1].retryAt = 6_000
        assets[1].error = MediaError(.timeout, "no answer in 60 s", provider: "gemini", phase: .afterSend)
        var run = try Make.run(
            epoch: 2, stopBy: 1_700_001_800_000, artifactURL: Make.artifactURL, acceptedAt: 1_700_000_000_000,
            assets: assets)
        run.writeID = 43
        run.version = 5
        run.firstCallAt = 1_700_000_000_004
        run.spent = 4_321
        run.delivery.want(5)
        run.delivery.begin(4, now: 1_700_000_000_880)
        run.delivery.settle(
            4, .failed(reason: "503", retryAfter: 3_000), isFinal: false, now: 1_700_000_000_900, dice: 0)
        run.delivery.uploadFailed("507", retryAfter: nil, isFinal: false, now: 1_700_000_000_950, dice: 0)
        return run
    }

    @Test func jobRecordIsStoredSo() throws { try check(try jobRecord(), "JobRecord") }

    @Test func waitingJobRecordIsStoredSo() throws {
        var job = try Make.job(assets: ["evidence-1"])
        job.status = .generating
        job.handOut.acceptance = .acknowledged
        job.queue = QueuePlace(ahead: 3, at: 1_700_000_000_000)
        try check(job, "JobRecord-waiting")
    }

    @Test func freshJobRecordIsStoredSo() throws { try check(try Make.job(), "JobRecord-new") }

    @Test func runRecordIsStoredSo() throws { try check(try runRecord(), "RunRecord") }

    @Test func runRecordWithAnEndedDeliveryIsStoredSo() throws {
        var run = try Make.run(assets: Make.assets(evidence: 1, locations: 0))
        run.assets[0].state = .canceled
        run.assets[0].error = Make.error(.canceled)
        run.status = .canceled
        run.finishedAt = 9
        run.isCancelWanted = true
        run.delivery.want(2)
        run.delivery.end = .deadLetter(reason: "404")
        try check(run, "RunRecord-ended")
    }

    @Test func snapshotMessageIsSentSo() throws {
        let message = SnapshotMessage(try runRecord().snapshot()) { "\(Make.artifactURL)/\($0.hash)" }
        try check(message, "SnapshotMessage")
    }

    @Test func finalSnapshotMessageIsSentSo() throws {
        var run = try runRecord()
        run.assets[1].state = .failed
        run.assets[1].retryAt = nil
        run.assets[1].cutOff = true
        run.assets[1].history = [
            AssetEvent(at: 1_700_000_000_100, state: .generating, attempt: 1, lane: Make.lane),
            AssetEvent(
                at: 1_700_000_060_100, state: .failed, attempt: 1, lane: Make.lane, code: .timeout, phase: .afterSend),
        ]
        run.note(
            DeliveryTry(
                at: 1_700_000_000_900, version: 4, number: 1, .failed(reason: "answered 503", retryAfter: 3_000)))
        run.status = .partial
        run.finishedAt = 1_700_000_061_000
        try check(run, "RunRecord-final")
        try check(SnapshotMessage(run.snapshot()) { "\(Make.artifactURL)/\($0.hash)" }, "SnapshotMessage-final")
    }

    @Test("the first system's own request and update are read as they are")
    func seedShapes() throws {
        let body = try golden("seed-request")
        let request = try JSON.decode(CaseImagesRequest.self, from: Array(body.utf8))
        #expect(request.evidence.map(\.id.text) == ["evidence-1"])
        #expect(request.locations.map(\.name) == ["Pier 9"])
        #expect(request.handOut == HandOutFields())
        let update = try golden("seed-update")
        let message = try JSON.decode(SnapshotMessage.self, from: Array(update.utf8))
        #expect(try message.snapshot() == nil)
        #expect(message.failedIDs.map(\.text) == ["location-1"])
    }
}

@Suite("Snapshot messages")
struct SnapshotMessageTests {
    private func message() throws -> SnapshotMessage {
        var run = try Make.run(epoch: 2, artifactURL: Make.artifactURL, assets: Make.assets(evidence: 2, locations: 1))
        run.assets[2].state = .generated
        run.assets[2].picture = Make.picture(7)
        run.assets[2].upload = .done
        run.assets[0].state = .failed
        return SnapshotMessage(run.snapshot()) { "link:\($0.hash)" }
    }

    @Test("the seed's fields say the same as ours")
    func seedFields() throws {
        let message = try message()
        #expect((message.completedImages, message.totalImages) == (1, 3))
        #expect(message.evidenceImages.isEmpty)
        #expect(message.locationImages == ["location-1": "link:\(Make.picture(7).hash)"])
        #expect(message.failedIDs.map(\.text) == ["evidence-1"])
    }

    @Test("what goes out comes in again")
    func roundTrip() throws {
        let message = try message()
        let read = try JSON.decode(SnapshotMessage.self, from: try JSON.encode(message))
        let snapshot = try #require(try read.snapshot())
        #expect(snapshot.assets == message.assets)
        #expect((snapshot.epoch, snapshot.version, snapshot.isFinal) == (2, 1, false))
        #expect(snapshot.webhookURL == Make.webhookURL)
    }

    @Test("some of our fields without the others are refused, naming the one")
    func incomplete() throws {
        let cases: [(String, (inout SnapshotMessage) -> Void)] = [
            ("jobId", { $0.jobID = nil }), ("epoch", { $0.epoch = nil }), ("epoch", { $0.epoch = 0 }),
            ("claim", { $0.claim = nil }), ("version", { $0.version = nil }), ("version", { $0.version = -1 }),
            ("final", { $0.isFinal = nil }), ("to", { $0.to = nil }), ("assets", { $0.assets = nil }),
            ("assets", { $0.assets = Array(repeating: $0.assets?[0], count: 201).compactMap { $0 } }),
            ("assets[2].picture", { $0.assets?[2].picture = nil }),
            ("assets[1].picture", { $0.assets?[1].picture = Make.picture(1) }),
        ]
        for (field, spoil) in cases {
            var message = try message()
            spoil(&message)
            #expect("\(field)") { _ = try message.snapshot() } throws: { ($0 as? InvalidRequest)?.field == field }
        }
    }

    @Test("14 images make a webhook under 20 kB")
    func size() throws {
        var run = try Make.run(artifactURL: Make.artifactURL)
        for index in run.assets.indices {
            run.assets[index].state = .generated
            run.assets[index].picture = Make.picture(index)
            run.assets[index].source = Make.source
            run.assets[index].upload = .done
            // One in three needed a second try.
            let tries = index % 3 == 0 ? [AssetState.generating, .retrying] : []
            run.assets[index].history = (tries + [.generating, .generated]).enumerated().map { step, state in
                AssetEvent(
                    at: 1_700_000_000_000 + Milliseconds(step), state: state, attempt: 1 + step / 2,
                    lane: CallLane(provider: "gemini", model: "gemini-2.5-flash-image"),
                    code: state == .retrying ? .rateLimited : nil,
                    providerCode: state == .retrying ? "429 RESOURCE_EXHAUSTED" : nil,
                    phase: state == .retrying ? .answerRead : nil, delay: state == .retrying ? 3_217 : nil,
                    costMicros: state == .generated ? 39_000 : nil)
            }
        }
        run.status = .completed
        for version in 1...5 {
            run.note(DeliveryTry(at: 1_700_000_000_000, version: version, number: 1, .accepted(stopBy: nil)))
        }
        run.version = 9
        #expect(run.snapshot().deliveries?.count == 5)
        let body = try JSON.encode(SnapshotMessage(run.snapshot()) { "\(Make.artifactURL)/\($0.hash)" })
        #expect(body.count < 20_000)
    }

    @Test("what is signed is put together as the receiver expects it")
    func signingText() {
        #expect(SigningText.webhook(id: "a", timestamp: 5, body: Array("{}".utf8)) == Array("a.5.{}".utf8))
        #expect(
            SigningText.upload(id: "a", timestamp: 5, method: "PUT", path: "/p/h")
                == Array("a.5.PUT /p/h".utf8))
    }
}
