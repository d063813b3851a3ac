import JobModel

/// One attempt from the words to the picture that is kept.
struct Generation: Sendable {
    let provider: any MediaProvider
    let transformer: any ImageTransformer
    let specifications: SpecificationCache

    /// Ends within `timeout` and the time of the image step; a canceled task ends at once.
    func attempt(
        _ id: AssetID, number: Int, timeout: Milliseconds, of run: RunRecord
    ) async -> AttemptResult {
        let asset: AssetSpecification
        switch await specifications.asset(id, of: run) {
        case .success(let found): asset = found
        case .failure(let error): return .failed(error)
        }
        let request = GenerationRequest(
            jobID: run.jobID, caseID: run.caseID, assetID: id, kind: asset.kind, prompt: asset.prompt,
            subject: asset.subject, model: asset.model, attempt: number, timeout: .milliseconds(timeout),
            size: asset.transform.boxSize)
        switch await provider.generate(request) {
        case .failed(let error): return .failed(error)
        case .made(let media): return await keep(media, asset, owner: run.owner)
        }
    }

    /// A picture counts as made only when it decoded.
    private func keep(_ media: GeneratedMedia, _ asset: AssetSpecification, owner: OwnerID) async -> AttemptResult {
        let transformed = await transformer.transform(media.bytes, as: asset.transform)
        withExtendedLifetime(media.hold) {}
        switch transformed {
        case .failure(var error):
            error.provider = error.provider ?? provider.name
            return .failed(error)
        case .success(let image):
            let picture = Picture(
                hash: ContentHash(of: image.bytes), bytes: image.bytes.count, size: image.size,
                mediaType: image.mediaType)
            let source = AssetSource(provider: provider.name, model: media.model, costMicros: media.costMicros)
            return .made(picture, source, image.bytes)
        }
    }
}

extension ImageTransform {
    /// The size to ask a provider for.
    var boxSize: PixelSize {
        switch self {
        case .coverJPEG(let size, _): size
        case .keepSize: PixelSize(width: 1_024, height: 1_024)
        }
    }
}
