import JobModel
import Logging
import Orchestration
import Threads

/// A provider that makes a picture of a given number of bytes, or fails as told.
struct ScriptedProvider: MediaProvider {
    let name = "scripted"
    let model = "scripted-1"
    /// Asked with the asset and the attempt's number.
    let script: @Sendable (AssetID, Int) async -> GenerationResult

    func price(ofModel model: String) -> Price { .micros(0) }

    func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        observer.sent()
        return await script(request.assetID, request.attempt)
    }

    static func picture(of asset: AssetID) -> GenerationResult {
        .made(GeneratedMedia(bytes: Array(asset.text.utf8), mediaType: nil, model: "scripted-1", costMicros: 7))
    }
}

/// Keeps the bytes as they are: what is tested here is not the codec.
struct PassingTransformer: ImageTransformer {
    func transform(_ bytes: [UInt8], as transform: ImageTransform) async -> Result<TransformedImage, MediaError> {
        .success(TransformedImage(bytes: bytes, mediaType: "image/jpeg", size: PixelSize(width: 512, height: 512)))
    }
}

/// A receiver's end: remembers what came, answers as told, and lets tests wait for a final snapshot.
final class RecordingSender: SnapshotSender, Sendable {
    private struct Contents {
        var snapshots: [Snapshot] = []
        var uploads: [ContentHash: [UInt8]] = [:]
        var traces: [TraceParent?] = []
        var waiting: [CheckedContinuation<Snapshot, Never>] = []
    }

    private let contents = Locked(Contents())
    private let answer: @Sendable (Snapshot) -> DeliveryAnswer

    init(answer: @escaping @Sendable (Snapshot) -> DeliveryAnswer = { _ in .accepted(stopBy: nil) }) {
        self.answer = answer
    }

    var snapshots: [Snapshot] { contents.withLock { $0.snapshots } }
    var uploads: [ContentHash: [UInt8]] { contents.withLock { $0.uploads } }
    /// That came with the uploads.
    var traces: [TraceParent?] { contents.withLock { $0.traces } }

    func deliver(_ snapshot: Snapshot, pictures: [ContentHash: [UInt8]]) async -> DeliveryAnswer {
        let waiting = contents.withLock { contents in
            contents.snapshots.append(snapshot)
            guard snapshot.isFinal else { return [CheckedContinuation<Snapshot, Never>]() }
            defer { contents.waiting = [] }
            return contents.waiting
        }
        for continuation in waiting { continuation.resume(returning: snapshot) }
        return answer(snapshot)
    }

    func upload(
        _ bytes: [UInt8], hash: ContentHash, to artifactURL: String, of jobID: JobID, trace: TraceParent?
    ) async -> DeliveryAnswer {
        contents.withLock { contents in
            contents.uploads[hash] = bytes
            contents.traces.append(trace)
        }
        return .accepted(stopBy: nil)
    }

    func finalSnapshot() async -> Snapshot {
        await withCheckedContinuation { continuation in
            let known = contents.withLock { contents in
                let final = contents.snapshots.last { $0.isFinal }
                if final == nil { contents.waiting.append(continuation) }
                return final
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

enum Samples {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    static func request(
        _ caseID: String = "case-1", assets: Int = 14, jobID: String? = "job-1", epoch: Int = 1,
        claim: String = "claim-1", artifactURL: String? = "http://receiver/api/artifacts"
    ) throws -> CaseImagesRequest {
        let items = try (1...assets).map {
            CaseItem(id: try AssetID("evidence-\($0)"), name: "Item \($0)", description: "Lies there.")
        }
        let handOut = HandOutFields(
            jobID: try jobID.map { try JobID($0) }, epoch: jobID == nil ? nil : epoch,
            claim: jobID == nil ? nil : try Claim(claim), artifactURL: artifactURL)
        return CaseImagesRequest(
            caseID: try CaseID(caseID), evidence: items, locations: [], webhookURL: "http://receiver/hook",
            handOut: handOut)
    }

    static let addresses = HandOutAddresses(worker: "http://worker", receiver: "http://receiver")
}

/// A worker over a store with twins at every seam; ended by canceling ``run``.
struct WorkerBench {
    let service: WorkerService
    let admission: RunAdmission
    let sender: RecordingSender

    init(
        _ store: any KeyValueStore & ArtifactStore, sender: RecordingSender = RecordingSender(),
        limits: RunLimits = RunLimits(retry: RetryPolicy(firstDelay: 1, maximumDelay: 2)),
        maximumRuns: Int = 100, policy: RunPolicy = RunPolicy(),
        script: @escaping @Sendable (AssetID, Int) async -> GenerationResult = { asset, _ in
            ScriptedProvider.picture(of: asset)
        }
    ) {
        let (clock, random) = (SystemClock(), SystemRandom())
        let settings = WorkerSettings(limits: limits, maximumRuns: maximumRuns, policy: policy)
        self.sender = sender
        let roster = ProviderRoster([RosterEntry(ScriptedProvider(script: script))])
        admission = RunAdmission(settings: settings, roster: roster, clock: clock, random: random)
        service = WorkerService(
            store: store, roster: roster, transformer: PassingTransformer(), sender: sender,
            clock: clock, random: random, settings: settings, logger: Samples.quiet)
    }

    /// Waits until the store holds the run at rest: its outcome delivered, and that recorded.
    func settled(_ job: String, in store: any KeyValueStore) async {
        guard let job = try? JobID(job) else { return }
        for await _ in store.watch(Keys.run(job)) {
            if let run = try? service.view(job), run.isAtRest { return }
        }
    }

    /// Runs the worker around `body`, then ends it as a crash would.
    func running<Result: Sendable>(_ body: @Sendable (WorkerBench) async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let result = try await body(self)
            group.cancelAll()
            return result
        }
    }
}
