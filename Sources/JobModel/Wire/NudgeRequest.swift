/// The body of `POST /api/runs/{jobId}/nudge`: a provider has news of this call.
public struct NudgeRequest: Hashable, Sendable, Codable {
    public var provider: String
    public var callID: String

    public init(_ call: RemoteCall) {
        provider = call.provider
        callID = call.id
    }

    /// - Throws: ``InvalidRequest`` naming the field of the body.
    public func call() throws(InvalidRequest) -> RemoteCall {
        do throws(InvalidRequest) { return try RemoteCall(provider: provider, id: callID) } catch {
            throw InvalidRequest(field: error.field == "id" ? "callId" : error.field, message: error.message)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case provider
        case callID = "callId"
    }
}
