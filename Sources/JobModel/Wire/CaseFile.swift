/// A case as people write it: the request's fields without those that name addresses.
public struct CaseFile: Hashable, Sendable, Codable {
    public var caseID: CaseID
    public var evidence: [CaseItem]
    public var locations: [CaseItem]
    public var options: RunOptions?
    /// The client's own name for the request.
    public var idempotencyKey: String?

    private enum CodingKeys: String, CodingKey {
        case caseID = "caseId"
        case evidence
        case locations
        case options
        case idempotencyKey
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        caseID = try values.decode(CaseID.self, forKey: .caseID)
        evidence = try values.decodeIfPresent([CaseItem].self, forKey: .evidence) ?? []
        locations = try values.decodeIfPresent([CaseItem].self, forKey: .locations) ?? []
        options = try values.decodeIfPresent(RunOptions.self, forKey: .options)
        idempotencyKey = try values.decodeIfPresent(String.self, forKey: .idempotencyKey)
    }

    public func request(webhookURL: String) -> CaseImagesRequest {
        CaseImagesRequest(
            caseID: caseID, evidence: evidence, locations: locations, webhookURL: webhookURL,
            handOut: HandOutFields(options: options))
    }
}
