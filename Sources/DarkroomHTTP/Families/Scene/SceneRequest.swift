import JobModel
import Orchestration

/// The body of `POST /api/images/generate`: the images of one prompt of a film project.
struct SceneRequest: Decodable {
    var prompt: String
    var job_type: SceneDetails.JobType
    var projectId: String
    /// `main` when absent.
    var branchId: String?
    var sceneId: String?
    var shotId: String?
    var visualStyleCapsuleId: String?
    var model: String?
    /// How many pictures of the one prompt; 1 to ``variationsAtMost``.
    var variations: Int?
    /// Lower is made first among the job's own images.
    var priority: Int?
    /// Pictures as `data:` URIs: what is changed, where it may be, and what is to be followed.
    var image: String?
    var mask: String?
    var references: [String]?
    var idempotency_key: String?

    static let variationsAtMost = 8

    /// The draft and the pictures that it names, which are not stored yet.
    func draft(
        _ id: JobID, owner: OwnerID, key: IdempotencyKey?, settings: InterfaceSettings, inputs: [InputPicture]
    ) throws(InvalidRequest) -> JobDraft {
        let details = try details(settings)
        let count = try PromptRules.count(
            variations, field: "variations", in: 1...Self.variationsAtMost, default: 1)
        let priority = try PromptRules.count(priority, field: "priority", in: -1_000...1_000, default: 0)
        let words = ScenePrompt.prompt(for: details.jobType, details.prompt, style: try style(settings))
        var assets: [AssetSpecification] = []
        for index in 0..<count {
            assets.append(
                AssetSpecification(
                    id: try AssetNames.numbered(index), kind: .other(details.jobType.rawValue), prompt: words,
                    subject: Subject(name: details.jobType.rawValue, description: details.prompt), model: model,
                    transform: .keepSize(format: .png), priority: priority,
                    inputs: inputs.isEmpty ? nil : inputs))
        }
        var all = JobDetails(idempotencyKey: key?.text)
        all.scene = details
        return JobDraft(
            owner: owner, family: .scene, jobID: id, assets: assets, details: all, options: nil, idempotencyKey: key)
    }

    private func details(_ settings: InterfaceSettings) throws(InvalidRequest) -> SceneDetails {
        let words = try PromptRules.prompt(
            prompt, upTo: RequestRules.maximumDescriptionCharacters, refused: settings.refusedWords)
        try RequestRules.checkWords(prompt: nil, model: model)
        var details = SceneDetails(
            jobType: job_type, projectID: try PromptRules.name(projectId, field: "projectId"),
            branchID: try PromptRules.name(branchId ?? "main", field: "branchId"), prompt: words,
            visualStyleCapsuleID: visualStyleCapsuleId)
        if let sceneId { details.sceneID = try PromptRules.name(sceneId, field: "sceneId") }
        if let shotId { details.shotID = try PromptRules.name(shotId, field: "shotId") }
        try checkPlace(details)
        return details
    }

    /// Frames belong to a shot of a scene; an asset key to the branch alone.
    private func checkPlace(_ details: SceneDetails) throws(InvalidRequest) {
        if details.shotID != nil, details.sceneID == nil {
            throw InvalidRequest(field: "sceneId", message: "is needed with shotId")
        }
        guard [.startFrame, .endFrame].contains(details.jobType) else { return }
        if details.sceneID == nil { throw InvalidRequest(field: "sceneId", message: "is needed for a frame") }
        if details.shotID == nil { throw InvalidRequest(field: "shotId", message: "is needed for a frame") }
    }

    private func style(_ settings: InterfaceSettings) throws(InvalidRequest) -> String? {
        guard let id = visualStyleCapsuleId else { return nil }
        guard let style = settings.styles[id] else {
            throw InvalidRequest(field: "visualStyleCapsuleId", message: "names no visual style that is known here")
        }
        return style
    }
}
