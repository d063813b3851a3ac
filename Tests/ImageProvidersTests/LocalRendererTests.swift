import JobModel
import Orchestration
import Testing

@testable import ImageProviders

@Suite struct LocalRendererTests {
    @Test func aPictureIsMadeForNothing() async throws {
        let recorder = RecordingRasterizer()
        let renderer = LocalRenderer(rasterizer: recorder)
        let result = await renderer.generate(try drawingRequest("Brass key"), observer: CallObserver())
        let wanted = GeneratedMedia(bytes: [7], mediaType: "image/jpeg", model: "darkroom-local-1", costMicros: 0)
        #expect(result == .made(wanted))
        #expect(renderer.name == "local" && renderer.model == wanted.model)
        #expect(recorder.drawings.count == 1 && recorder.drawings[0].contains("LOCAL RENDER"))
    }

    @Test func theSameWordsGiveTheSameDrawing() throws {
        let first = LocalDrawing(of: try drawingRequest("Brass key")).svg
        #expect(LocalDrawing(of: try drawingRequest("Brass key")).svg == first)
        let others = [
            try drawingRequest("Brass key", asset: "evidence-4"), try drawingRequest("Brass key", case: "case-8"),
            try drawingRequest("Brass key", prompt: "from above"), try drawingRequest("Brass key", description: "old"),
        ]
        let drawings = Set(others.map { LocalDrawing(of: $0).svg })
        #expect(drawings.count == others.count && !drawings.contains(first))
    }

    /// Stored pictures must not change under their owners: a change of the art is a new model name.
    @Test func theDrawingsOfThisModelNeverChange() throws {
        let evidence = LocalDrawing(of: try drawingRequest("Bloody knife 血のついたナイフ")).svg
        let place = LocalDrawing(of: try drawingRequest("Hotel lobby", kind: .location, asset: "location-1")).svg
        #expect(fingerprint(evidence) == "aebb4d3fabb3a63a")
        #expect(fingerprint(place) == "4e2eb54d6d9dd5e0")
    }

    private func fingerprint(_ text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }

    @Test func theSizeIsTheRequests() throws {
        let wide = PixelSize(width: 640, height: 360)
        let svg = LocalDrawing(of: try drawingRequest("Key", size: wide)).svg
        #expect(svg.contains("width=\"640\" height=\"360\" viewBox=\"0 0 512 512\""))
        let absurd = LocalDrawing(of: try drawingRequest("Key", size: PixelSize(width: -4, height: 1_000_000))).svg
        #expect(absurd.contains("width=\"16\" height=\"2048\""))
    }

    @Test func otherKindsAreDrawnByTheirWords() throws {
        let kind = try AssetKind("prop")
        #expect(LocalDrawing(of: try drawingRequest("Old warehouse", kind: kind)).svg.contains("id=\"sky\""))
        #expect(LocalDrawing(of: try drawingRequest("Revolver", kind: kind)).svg.contains("id=\"brass\""))
    }

    @Test func aCancelledTaskGetsNoPicture() async throws {
        let recorder = RecordingRasterizer(answers: false)
        let request = try drawingRequest("Key")
        let task = Task { await LocalRenderer(rasterizer: recorder).generate(request, observer: CallObserver()) }
        task.cancel()
        guard case .failed(let error) = await task.value else {
            Issue.record("a picture came back")
            return
        }
        #expect(error.kind == .canceled && error.provider == "local")
    }

    @Test func aRasterizerThatNeverAnswersIsATimeout() async throws {
        let renderer = LocalRenderer(rasterizer: RecordingRasterizer(answers: false))
        let result = await renderer.generate(
            try drawingRequest("Key", timeout: .milliseconds(20)), observer: CallObserver())
        guard case .failed(let error) = result else {
            Issue.record("a picture came back")
            return
        }
        #expect(error.kind == .timeout && error.provider == "local" && error.isRetryable)
    }
}
