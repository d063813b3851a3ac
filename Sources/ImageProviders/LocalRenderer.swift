import JobModel
import Orchestration

/// A generator that needs no network, no key and no money: it draws from the job's own words.
///
/// Evidence becomes a forensic photograph, a location a film-noir establishing shot, any other kind whichever of the
/// two its words fit. The same case id, asset id and words give the same drawing for ever; every drawing says in itself
/// that it was drawn locally, so it is never mistaken for a provider's picture.
///
/// Fails only with `canceled`, `timeout` (the rasterizer's queue was longer than the request may take) and what the
/// rasterizer itself reports. Cancelling leaves nothing behind.
public final class LocalRenderer: MediaProvider {
    public let name = "local"
    public let model = "darkroom-local-1"
    private let rasterizer: any VectorRasterizer

    public init(rasterizer: any VectorRasterizer) { self.rasterizer = rasterizer }

    /// It costs nothing, whatever model a request names.
    public func price(ofModel model: String) -> Price { .micros(0) }

    /// High-quality JPEG: it is written and read again three times as fast as PNG.
    public func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        observer.sent()
        let drawing = LocalDrawing(of: request).svg
        switch await draw(drawing, within: request.timeout) {
        case .success(let bytes):
            return .made(GeneratedMedia(bytes: bytes, mediaType: "image/jpeg", model: model, costMicros: 0))
        case .failure(var error):
            error.provider = name
            return .failed(error)
        }
    }

    /// Whichever comes first. The loser is cancelled: waiting work is skipped, begun work ends within a picture's time.
    private func draw(_ svg: String, within timeout: Duration) async -> Result<[UInt8], MediaError> {
        if Task.isCancelled { return .failure(MediaError(.canceled, "canceled before it began", phase: .beforeSend)) }
        return await withTaskGroup(of: Result<[UInt8], MediaError>?.self) { group in
            group.addTask { await self.rasterizer.rasterize(svg, as: .jpeg(quality: 92)) }
            group.addTask {
                // Sleep throws only when it is cancelled, and then the other child's answer is the one that counts.
                guard (try? await Task.sleep(for: timeout)) != nil else { return nil }
                return .failure(MediaError(.timeout, "not drawn within \(timeout)", phase: .beforeSend))
            }
            defer { group.cancelAll() }
            for await outcome in group {
                if let outcome { return outcome }
            }
            return .failure(MediaError(.canceled, "canceled while it was drawn", phase: .beforeSend))
        }
    }
}
