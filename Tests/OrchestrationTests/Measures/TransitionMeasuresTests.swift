import JobModel
import Testing

@testable import Orchestration

@Suite("Transitions and what they count")
struct TransitionMeasuresTests {
    private let lane = CallLane(provider: "gemini", model: "m1")
    private let error = MediaError(.timeout, "it went wrong", provider: "gemini", phase: .afterSend)

    private func run() throws -> RunRecord {
        var named = AssetRun(id: try AssetID("b"), kind: .other("marked@example.org"), priority: 0, model: "marked")
        named.provider = 0
        let hash = ContentHash(of: [1])
        return RunRecord(
            jobID: try JobID("job_1"), owner: try OwnerID("marked"), caseID: try CaseID("marked"), epoch: 1,
            claim: try Claim("c"), stopBy: nil, specification: hash, requestHash: hash, webhookURL: "http://marked/",
            artifactURL: nil, limits: RunLimits(),
            providers: [
                ProviderTerms(name: "gemini", model: "m1", prices: ["m1": 40, "marked": 40]),
                ProviderTerms(name: "local", model: "local"),
            ], acceptedAt: 0,
            assets: [AssetRun(id: try AssetID("a"), kind: .evidence, priority: 0), named])
    }

    @Test func runs() throws {
        let run = try run()
        let (first, second) = (run.assets[0].id, run.assets[1].id)
        let made = AssetSource(provider: "gemini", model: "gemini-says", costMicros: 40)
        let table: [(RunLogEntry, [MeasureNote])] = [
            (.accepted(assets: 2), [MeasureNote(.runsAccepted)]),
            (
                .finished(.partial, made: 1, of: 2, duration: 1_500),
                [MeasureNote(.runsFinished, ["partial"]), MeasureNote(.runDuration, ["partial"], 1.5)]
            ),
            (
                .generated(first, attempt: 1, made),
                [MeasureNote(.images, ["evidence", "gemini", "m1", "generated"])]
            ),
            // Neither a kind nor a model that a client made up.
            (.generated(second, attempt: 1, made), [MeasureNote(.images, ["other", "gemini", "other", "generated"])]),
            (
                .failed(first, .needsPromptUpdate, attempt: 1, of: 4, lane, error),
                [MeasureNote(.images, ["evidence", "gemini", "m1", "needs_prompt_update"])]
            ),
            (.canceled(first), [MeasureNote(.images, ["evidence", "gemini", "m1", "canceled"])]),
            (
                .retrying(first, attempt: 1, of: 4, lane, error, delay: 5),
                [MeasureNote(.imageRetries, ["gemini", "m1", "timeout"])]
            ),
            (
                .fallingBack(
                    first, from: lane, to: CallLane(provider: "local", model: "local"), code: "circuit_open"),
                [MeasureNote(.imageFallbacks, ["gemini", "local", "circuit_open"])]
            ),
            (
                .delivered(version: 3, latency: 2_500),
                [MeasureNote(.deliveries, ["delivered"]), MeasureNote(.deliveryLatency, [], 2.5)]
            ),
            (.delivered(version: 3, latency: nil), [MeasureNote(.deliveries, ["delivered"])]),
            (
                .deliveryFailed(version: 3, tries: 1, reason: "marked", willRetry: true),
                [MeasureNote(.deliveries, ["failed"])]
            ),
            (
                .deliveryFailed(version: 3, tries: 3, reason: "marked", willRetry: false),
                [MeasureNote(.deliveries, ["given_up"])]
            ),
            (.uploadFailed(ContentHash(of: [2]), reason: "marked"), [MeasureNote(.uploadFailures)]),
            (.resumed, []), (.superseded, []), (.batchStarted([first]), []),
        ]
        for (entry, notes) in table { #expect(RunMeasures.notes(entry, record: run) == notes, "\(entry)") }
        var dead = run
        dead.delivery.end = .deadLetter(reason: "404")
        let given = RunLogEntry.deliveryFailed(version: 9, tries: 9, reason: "404", willRetry: false)
        #expect(RunMeasures.notes(given, record: dead) == [MeasureNote(.deliveries, ["dead_letter"])])
        // Of a run that has been let go of.
        #expect(
            RunMeasures.notes(.canceled(first), record: nil)
                == [MeasureNote(.images, ["none", "none", "other", "canceled"])])
    }

    private func notes(
        _ result: AttemptResult, model: String = "m1", isQuestion: Bool = false
    ) throws -> [MeasureNote] {
        let lane = CallLane(provider: "gemini", model: model)
        return RunMeasures.notes(result, at: lane, isQuestion: isQuestion, in: try run(), took: .milliseconds(250))
    }

    @Test func callsAndWhatTheyCost() throws {
        let picture = Picture(hash: ContentHash(of: [3]), bytes: 1, size: nil, mediaType: "image/jpeg")
        let source = AssetSource(provider: "gemini", model: "m1", costMicros: 40)
        let took = MeasureNote(.attemptDuration, ["gemini"], 0.25)
        #expect(
            try notes(.made(picture, source, [])) == [
                MeasureNote(.attempts, ["gemini", "m1", "ok"]), took,
                MeasureNote(.spentMicros, ["gemini", "m1"], 40),
            ])
        #expect(
            try notes(.failed(error)) == [
                MeasureNote(.attempts, ["gemini", "m1", "timeout"]), took,
                MeasureNote(.possiblyBilledCalls, ["gemini", "m1"]),
            ])
        var billed = MediaError(.unusableOutput, "no picture")
        billed.costMicros = 7
        #expect(
            try notes(.failed(billed), model: "marked") == [
                MeasureNote(.attempts, ["gemini", "other", "unusable_output"]), took,
                MeasureNote(.spentMicros, ["gemini", "other"], 7),
            ])
        #expect(
            try notes(.interrupted(.beforeSend))
                == [MeasureNote(.attempts, ["gemini", "m1", "interrupted"]), took])
        // A question is no call; what the call before it had cost is known by it.
        #expect(
            try notes(.made(picture, source, []), isQuestion: true)
                == [MeasureNote(.spentMicros, ["gemini", "m1"], 40)])
        #expect(try notes(.failed(error), isQuestion: true).isEmpty)
    }

    @Test func jobs() throws {
        let request = try JobAdmission(clock: SystemClock(), random: SystemRandom()).draft(
            of: Samples.request(assets: 2, jobID: nil, artifactURL: nil), owner: .local)
        var job = try JobAdmission(clock: SystemClock(), random: SystemRandom()).proposal(
            for: request, handOut: Samples.addresses
        ).record
        job.isFinal = true
        #expect(JobMeasures.notes(.created(total: 2), record: job) == [MeasureNote(.jobsCreated, ["case"])])
        let finished = JobLogEntry.finished(status: .partial, made: 1, of: 2, duration: 90_000)
        let ended = MeasureNote(.jobsFinished, ["case", "partial"])
        #expect(
            JobMeasures.notes(finished, record: job) == [ended, MeasureNote(.jobDuration, ["case"], 90)])
        job.retryCount = 1
        #expect(JobMeasures.notes(finished, record: job) == [ended])
        job.isFinal = false
        #expect(JobMeasures.notes(finished, record: job).isEmpty)
        let ends = [
            ImageEnd(asset: job.assets[0].id, kind: .evidence, state: .generated, provider: "gemini"),
            ImageEnd(asset: job.assets[1].id, kind: .other("start_frame"), state: .failed, provider: "Marked One"),
        ]
        #expect(
            JobMeasures.notes(.imagesEnded(ends), record: job) == [
                MeasureNote(.jobImages, ["case", "evidence", "gemini", "generated"]),
                MeasureNote(.jobImages, ["case", "start_frame", "other", "failed"]),
            ])
        for (entry, cause) in [
            (JobLogEntry.retried(epoch: 2, assets: []), "retry"),
            (.fallbackAsked(epoch: 2, provider: "marked", assets: []), "fallback"),
            (.handedOver(epoch: 2, from: "marked", to: "marked", reason: "marked"), "hand_over"),
            (.continued(epoch: 2, assets: []), "deadline"),
        ] {
            #expect(JobMeasures.notes(entry, record: job) == [MeasureNote(.epochs, [cause])])
        }
        #expect(
            JobMeasures.notes(TriggerAnswer.busy(reason: "marked", retryAfter: nil))
                == [MeasureNote(.triggers, ["busy"])])
        #expect(JobMeasures.notes(JobReply.staleEpoch(current: 3)) == [MeasureNote(.webhooksReceived, ["stale_epoch"])])
        #expect(JobMeasures.notes(RunAnswer.unknown) == [MeasureNote(.workerQuestions, ["unknown"])])
    }
}
