/// What is wrong with a request, and where.
public struct InvalidRequest: Error, Hashable, Sendable {
    /// As a person writes it: `evidence[3].name`; empty for the whole body.
    public var field: String
    public var message: String

    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// The rules that both forms of request share, and the specification that a valid one comes to.
public enum RequestRules {
    public static let maximumNameCharacters = 200
    public static let maximumDescriptionCharacters = 4_000
    /// Without an artifact address every picture travels inside every later webhook.
    public static let maximumInlineImages = 32
    public static let maximumModelCharacters = 200

    public static func specification(of request: CaseImagesRequest) throws(InvalidRequest) -> JobSpecification {
        var assets: [AssetSpecification] = []
        for (list, kind, items) in [
            ("evidence", AssetKind.evidence, request.evidence), ("locations", .location, request.locations),
        ] {
            for (index, item) in items.enumerated() {
                let field = "\(list)[\(index)]"
                try check(item.name, field: "\(field).name", maximum: maximumNameCharacters, isRequired: true)
                try check(item.description, field: "\(field).description", maximum: maximumDescriptionCharacters)
                try checkWords(prompt: item.prompt, model: item.model, field: "\(field).")
                let subject = Subject(name: item.name, description: item.description)
                assets.append(
                    AssetSpecification(
                        id: item.id, kind: kind,
                        prompt: item.prompt ?? PromptTemplate.prompt(for: kind, subject: subject), subject: subject,
                        model: item.model, priority: item.priority ?? 0))
            }
        }
        let fields =
            (0..<request.evidence.count).map { "evidence[\($0)].id" }
            + (0..<request.locations.count).map { "locations[\($0)].id" }
        try checkSet(assets, fields: fields, whole: "evidence")
        return JobSpecification(caseID: request.caseID, assets: assets)
    }

    public static func specification(
        of request: GeneralRunRequest, jobID: JobID
    ) throws(InvalidRequest) -> JobSpecification {
        var assets: [AssetSpecification] = []
        for (index, asset) in request.assets.enumerated() {
            let field = "assets[\(index)]"
            try checkWords(prompt: asset.prompt, model: asset.model, field: "\(field).")
            try check(asset.name ?? "", field: "\(field).name", maximum: maximumNameCharacters)
            try check(asset.description ?? "", field: "\(field).description", maximum: maximumDescriptionCharacters)
            assets.append(
                AssetSpecification(
                    id: asset.id, kind: asset.kind, prompt: asset.prompt,
                    subject: Subject(
                        name: asset.name ?? asset.id.text, description: asset.description ?? asset.prompt),
                    model: asset.model, transform: asset.transform?.transform ?? .caseImage,
                    priority: asset.priority ?? 0, inputs: asset.inputs))
        }
        try checkSet(assets, fields: request.assets.indices.map { "assets[\($0)].id" }, whole: "assets")
        return JobSpecification(caseID: try caseID(of: request, jobID: jobID), assets: assets)
    }

    /// Where a general request names no case, its job id stands for one.
    private static func caseID(of request: GeneralRunRequest, jobID: JobID) throws(InvalidRequest) -> CaseID {
        if let caseID = request.caseID { return caseID }
        do { return try CaseID(jobID.text) } catch { throw InvalidRequest(field: "jobId", message: error.message) }
    }

    /// Words for a provider, and a model's name.
    /// - Parameter field: what stands before `prompt` and `model` in a field's name.
    public static func checkWords(prompt: String?, model: String?, field: String = "") throws(InvalidRequest) {
        if let prompt {
            try check(prompt, field: "\(field)prompt", maximum: maximumDescriptionCharacters, isRequired: true)
        }
        if let model {
            try check(model, field: "\(field)model", maximum: maximumModelCharacters, isRequired: true)
        }
    }

    private static func check(
        _ text: String, field: String, maximum: Int, isRequired: Bool = false
    ) throws(InvalidRequest) {
        if isRequired, text.allSatisfy(\.isWhitespace) {
            throw InvalidRequest(field: field, message: "must not be empty")
        }
        // Scalars, not grapheme clusters: one cluster can be of any length.
        if text.unicodeScalars.count > maximum {
            throw InvalidRequest(field: field, message: "must be at most \(maximum) characters")
        }
    }

    private static func checkSet(
        _ assets: [AssetSpecification], fields: [String], whole: String
    ) throws(InvalidRequest) {
        guard !assets.isEmpty else { throw InvalidRequest(field: whole, message: "names no image to make") }
        guard assets.count <= JobSpecification.maximumAssets else {
            throw InvalidRequest(
                field: whole, message: "asks for \(assets.count) images; at most \(JobSpecification.maximumAssets)")
        }
        var seen: Set<AssetID> = []
        for (asset, field) in zip(assets, fields) where !seen.insert(asset.id).inserted {
            throw InvalidRequest(field: field, message: "is used twice; ids are one namespace over all kinds")
        }
    }
}

/// The job id of a request that brought none: one for each case, whose epochs the worker counts.
public enum UnnumberedJob {
    public static let prefix = "case."
}
