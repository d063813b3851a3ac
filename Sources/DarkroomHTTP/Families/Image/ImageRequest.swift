import JobModel
import Orchestration

/// The body of `POST /api/image/generate`: one image of one prompt.
struct ImageRequest: Decodable {
    var prompt: String
    /// What the picture is of, for a renderer that draws from words alone.
    var title: String?
    /// The one provider to ask; the worker's own order when absent.
    var provider: String?
    var model: String?
    /// Attempts after the first.
    var maxRetries: Int?
    var idempotencyKey: String?

    private static let standardRetries = 3
    /// What this interface gives a provider for one call, in seconds; a worker that gives less stays with that.
    private static let attemptTimeout = 120.0

    func draft(
        _ id: JobID, owner: OwnerID, key: IdempotencyKey?, settings: InterfaceSettings
    ) throws(InvalidRequest) -> JobDraft {
        let words = try PromptRules.prompt(
            prompt, upTo: RequestRules.maximumDescriptionCharacters, refused: settings.refusedWords)
        try RequestRules.checkWords(prompt: nil, model: model)
        let retries = try PromptRules.count(
            maxRetries, field: "maxRetries", in: 0...19, default: Self.standardRetries)
        var details = JobDetails(idempotencyKey: key?.text)
        details.image = ImageDetails(prompt: words, model: model, provider: provider, title: title)
        var options = RunOptions(attemptTimeout: Self.attemptTimeout, maxAttempts: retries + 1)
        if let provider {
            try RequestRules.checkProvider(provider, field: "provider")
            options.providers = [provider]
        }
        return JobDraft(
            owner: owner, family: .image, jobID: id, assets: [try asset(words)], details: details, options: options,
            idempotencyKey: key)
    }

    private func asset(_ words: String) throws(InvalidRequest) -> AssetSpecification {
        let name = title ?? "image"
        guard (1...RequestRules.maximumNameCharacters).contains(name.unicodeScalars.count) else {
            throw InvalidRequest(
                field: "title", message: "must be 1 to \(RequestRules.maximumNameCharacters) characters")
        }
        return AssetSpecification(
            id: try AssetNames.numbered(0), kind: .other("image"), prompt: words,
            subject: Subject(name: name, description: words), model: model,
            transform: .keepSize(format: .jpeg))
    }
}
