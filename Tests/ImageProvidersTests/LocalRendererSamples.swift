import JobModel
import Orchestration
import Threads

/// Keeps the drawings it is given and answers with one byte, or never.
final class RecordingRasterizer: VectorRasterizer {
    private let state = Locked<[String]>([])
    private let answers: Bool

    init(answers: Bool = true) { self.answers = answers }

    var drawings: [String] { state.withLock { $0 } }

    func rasterize(_ svg: String, as format: RasterFormat) async -> Result<[UInt8], MediaError> {
        state.withLock { $0.append(svg) }
        guard answers else {
            let (stream, end) = AsyncStream<Never>.makeStream()
            await withTaskCancellationHandler {
                for await _ in stream {}
            } onCancel: {
                end.finish()
            }
            return .failure(MediaError(.canceled, "canceled"))
        }
        return .success([7])
    }
}

func drawingRequest(
    _ name: String, kind: AssetKind = .evidence, asset: String = "evidence-3", case caseID: String = "case-7",
    description: String = "", prompt: String = "", timeout: Duration = .seconds(60),
    size: PixelSize = PixelSize(width: 512, height: 512)
) throws -> GenerationRequest {
    GenerationRequest(
        jobID: try JobID("job-1"), caseID: try CaseID(caseID), assetID: try AssetID(asset), kind: kind, prompt: prompt,
        subject: Subject(name: name, description: description), model: nil, attempt: 1, timeout: timeout, size: size)
}
