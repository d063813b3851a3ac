import JobModel
import Orchestration

/// What `POST /api/v1/generations` is asked, in JSON or as a form.
struct GenerationForm: Decodable {
    var prompt: String
    /// That which fits the number of pictures when absent.
    var mode: GenerationDetails.Mode?
    var model: String?
    /// How many pictures; 1 to ``variantsAtMost``.
    var variants: Int?
    var idempotencyKey: String?

    static let promptAtMost = 2_000
    static let variantsAtMost = 4
    static let fileFields = ["input1", "input2"]

    /// All that can be said against it before its pictures are looked at.
    func details(inputs: Int, settings: InterfaceSettings) throws(InvalidRequest) -> GenerationDetails {
        let words = try PromptRules.prompt(prompt, upTo: Self.promptAtMost, refused: settings.refusedWords)
        try RequestRules.checkWords(prompt: nil, model: model)
        let count = try PromptRules.count(variants, field: "variants", in: 1...Self.variantsAtMost, default: 1)
        let mode = mode ?? GenerationDetails.Mode.allCases.first { $0.inputs == inputs } ?? .text
        guard mode.inputs == inputs else {
            let field = inputs < mode.inputs ? Self.fileFields[inputs] : "mode"
            throw InvalidRequest(
                field: field,
                message: inputs < mode.inputs
                    ? "is needed: mode \(mode.rawValue) takes \(mode.inputs) picture\(mode.inputs == 1 ? "" : "s")"
                    : "\(mode.rawValue) takes \(mode.inputs) pictures, not \(inputs)")
        }
        return GenerationDetails(mode: mode, prompt: words, variants: count, model: model)
    }

    static func draft(
        _ id: JobID, _ details: GenerationDetails, owner: OwnerID, key: IdempotencyKey?, inputs: [InputPicture]
    ) throws(InvalidRequest) -> JobDraft {
        var assets: [AssetSpecification] = []
        for index in 0..<details.variants {
            assets.append(
                AssetSpecification(
                    id: try AssetNames.numbered(index), kind: .other("render"),
                    prompt: GenerationPrompt.prompt(for: details.mode, details.prompt),
                    subject: Subject(name: "render", description: details.prompt), model: details.model,
                    transform: .keepSize(format: .jpeg), inputs: inputs.isEmpty ? nil : inputs))
        }
        var all = JobDetails(idempotencyKey: key?.text)
        all.generation = details
        return JobDraft(
            owner: owner, family: .generation, jobID: id, assets: assets, details: all, options: nil,
            idempotencyKey: key)
    }
}
