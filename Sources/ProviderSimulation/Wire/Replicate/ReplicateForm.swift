import JSONCoding

/// The three calls that create a prediction: `POST /v1/models/{owner}/{name}/predictions`, `POST /v1/predictions` and
/// `POST /v1/deployments/{owner}/{name}/predictions`. What is asked of a prediction afterwards is ``ReplicateRoutes``'.
struct ReplicateForm: WireForm {
    let name = "replicate"

    /// Models that are known by a version alone.
    static let anonymousModel = "simulated/model"

    func target(ofPath path: String) -> WireTarget? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty, parts[1] == "v1", parts.last == "predictions" else { return nil }
        if parts.count == 3 { return WireTarget(version: "v1", model: "", verb: "version") }
        guard parts.count == 6, !parts[3].isEmpty, !parts[4].isEmpty, ["models", "deployments"].contains(parts[2])
        else {
            return nil
        }
        return WireTarget(version: "v1", model: "\(parts[3])/\(parts[4])", verb: String(parts[2].dropLast()))
    }

    func key(of request: WireRequest) -> String? { request.bearer }

    func payloadTooLarge(limit: Int, rules: AccessRules) -> WireRefusal {
        ReplicateErrors.problem(413, "The request body is larger than \(limit) bytes.")
    }

    func fault(_ fault: Fault, to call: ProviderCall) throws(JSONError) -> Answer { try ReplicateErrors.answer(fault) }

    func read(
        _ request: WireRequest, target: WireTarget, rules: AccessRules
    ) throws(WireRefusal) -> (call: ProviderCall, work: CallWork) {
        try ReplicateErrors.checkKey(key(of: request), rules: rules)
        let body: JSONValue
        do {
            body = try JSON.decode(JSONValue.self, from: request.body, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw ReplicateErrors.problem(400, "The request body is not valid JSON: \(error.message)")
        }
        let reader = ReplicateRequestReader(
            body: body, isLarge: request.body.count > ReplicateRequestReader.largestEcho)
        let (call, prediction) = try reader.call(request, target: target, rules: rules)
        return (call, .prediction(prediction))
    }
}
