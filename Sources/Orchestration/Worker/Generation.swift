import JobModel

/// One attempt from the words to the picture that is kept.
struct Generation: Sendable {
    let roster: ProviderRoster
    let transformer: any ImageTransformer
    let specifications: SpecificationCache

    /// Ends within the order's time and that of the image step; a canceled task ends at once.
    func attempt(_ order: CallOrder, of run: RunRecord, observer: CallObserver) async -> AttemptResult {
        let asset: AssetSpecification
        switch await specifications.asset(order.asset, of: run) {
        case .success(let found): asset = found
        case .failure(let error): return .failed(error)
        }
        guard let provider = roster.provider(named: order.provider) else {
            let message = "this worker has no provider \(order.provider) any more"
            return .failed(MediaError(.notFound, message, provider: order.provider, phase: .beforeSend))
        }
        let request = GenerationRequest(
            jobID: run.jobID, caseID: run.caseID, assetID: order.asset, kind: asset.kind, prompt: asset.prompt,
            subject: asset.subject, model: order.model, attempt: order.attempt,
            timeout: .milliseconds(order.timeout), size: asset.transform.boxSize, resuming: order.resuming,
            owner: run.owner)
        switch await provider.generate(request, observer: observer) {
        case .failed(let error): return .failed(error)
        case .made(let media): return await keep(media, asset, of: provider, owner: run.owner)
        }
    }

    /// A picture counts as made only when it decoded. One that does not was paid for all the same.
    private func keep(
        _ media: GeneratedMedia, _ asset: AssetSpecification, of provider: any MediaProvider, owner: OwnerID
    ) async -> AttemptResult {
        let transformed = await transformer.transform(media.bytes, as: asset.transform)
        withExtendedLifetime(media.hold) {}
        switch transformed {
        case .failure(var error):
            error.provider = error.provider ?? provider.name
            error.costMicros = media.costMicros
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
