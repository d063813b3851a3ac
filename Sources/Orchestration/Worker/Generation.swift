import JobModel

/// One attempt from the words to the picture that is kept.
struct Generation: Sendable {
    let roster: ProviderRoster
    let transformer: any ImageTransformer
    let specifications: SpecificationCache
    let inputs: (any InputSource)?

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
        let begun = ContinuousClock.now
        let pictures: [ReferencePicture]
        switch await self.pictures(of: asset, for: provider, order, run) {
        case .success(let found): pictures = found
        case .failure(let error): return .failed(error)
        }
        let timeout = Duration.milliseconds(order.timeout) - (ContinuousClock.now - begun)
        let request = GenerationRequest(
            jobID: run.jobID, caseID: run.caseID, assetID: order.asset, kind: asset.kind, prompt: asset.prompt,
            subject: asset.subject, model: order.model, attempt: order.attempt,
            timeout: max(timeout, .milliseconds(1)), size: asset.transform.boxSize, resuming: order.resuming,
            owner: run.owner, pictures: pictures)
        let ended = await CallTrace.$current.withValue(run.trace) {
            await provider.generate(request, observer: observer)
        }
        switch ended {
        case .failed(let error): return .failed(error)
        case .made(let media): return await keep(media, asset, of: provider, owner: run.owner)
        }
    }

    /// What came with the request, for a provider that can make something of it. To ask about an earlier call nothing is
    /// needed.
    private func pictures(
        of asset: AssetSpecification, for provider: any MediaProvider, _ order: CallOrder, _ run: RunRecord
    ) async -> Result<[ReferencePicture], MediaError> {
        guard let wanted = asset.inputs, !wanted.isEmpty, order.resuming == nil else { return .success([]) }
        guard provider.takesPictures, let inputs else {
            let message = "\(provider.name) takes no pictures beside the prompt"
            return .failure(MediaError(.invalidRequest, message, provider: provider.name, phase: .beforeSend))
        }
        var pictures: [ReferencePicture] = []
        for input in wanted {
            switch await inputs.read(input, of: run, within: .milliseconds(order.timeout)) {
            case .failure(let error): return .failure(error)
            case .success(let bytes):
                pictures.append(ReferencePicture(bytes: bytes, mediaType: input.mediaType, role: input.role))
            }
        }
        return .success(pictures)
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
