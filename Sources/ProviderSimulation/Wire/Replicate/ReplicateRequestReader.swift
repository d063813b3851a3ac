import CurlClient
import JSONCoding

/// Reads the body and the headers of a creation.
struct ReplicateRequestReader {
    /// Predictions repeat the input of requests up to this size; of larger ones only the prompt, so that ten thousand
    /// predictions stay small.
    static let largestEcho = 16 << 10
    private static let counts: ClosedRange<Int64> = 1...10

    let body: JSONValue
    let isLarge: Bool

    func call(
        _ request: WireRequest, target: WireTarget, rules: AccessRules
    ) throws(WireRefusal) -> (ProviderCall, PredictionRequest) {
        guard let input = body["input"] else { throw ReplicateErrors.invalid("input", "is required") }
        guard case .object(let fields) = input else { throw ReplicateErrors.invalid("input", "must be an object") }
        guard let prompt = fields["prompt"]?.stringValue, !prompt.isEmpty else {
            throw ReplicateErrors.invalid("input", "prompt is required")
        }
        let (model, version) = try model(of: target)
        if let known = rules.models, !known.contains(model), !known.contains(version) {
            throw ReplicateErrors.notFound(target.verb)
        }
        let echo: JSONValue = isLarge ? ["prompt": .string(String(prompt.prefix(CallRecord.longestPrompt)))] : input
        var prediction = PredictionRequest(input: echo, origin: request.origin)
        prediction.version = version
        prediction.deployment = target.verb == "deployment" ? model : nil
        prediction.wait = PredictionHeaders.wait(request.headers["prefer"])
        try readDeadline(request, into: &prediction)
        try readWebhook(into: &prediction)
        var call = ProviderCall(model: model, version: target.version, prompt: prompt)
        try readInput(fields, into: &call, &prediction)
        return (call, prediction)
    }

    /// `version` is 64 hexadecimal digits, `owner/name:digits`, or the `owner/name` of an official model.
    private func model(of target: WireTarget) throws(WireRefusal) -> (model: String, version: String) {
        guard target.verb == "version" else { return (target.model, "hidden") }
        guard let text = body["version"]?.stringValue, !text.isEmpty else {
            throw ReplicateErrors.invalid("version", "version is required")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let id = parts.count == 2 ? parts[1] : parts[0]
        if parts.count == 1, Self.isModelName(text) { return (text, "hidden") }
        guard id.utf8.count == 64, id.allSatisfy(\.isHexDigit), parts.count == 1 || Self.isModelName(parts[0]) else {
            throw ReplicateErrors.invalid("version", "Invalid version or not permitted")
        }
        return (parts.count == 2 ? parts[0] : ReplicateForm.anonymousModel, id)
    }

    private static func isModelName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
    }

    private func readDeadline(
        _ request: WireRequest, into prediction: inout PredictionRequest
    ) throws(WireRefusal) {
        guard let header = request.headers["cancel-after"] else { return }
        guard let seconds = PredictionHeaders.cancelAfter(header) else {
            throw ReplicateErrors.invalid("Cancel-After", "must be a duration from 5s to 24h")
        }
        prediction.cancelAfter = seconds
    }

    private func readWebhook(into prediction: inout PredictionRequest) throws(WireRefusal) {
        if let url = body["webhook"]?.stringValue, !url.isEmpty {
            // The service asks for https; a simulator's receiver is on the same machine.
            guard let parsed = try? ParsedURL(url), ["http", "https"].contains(parsed.scheme), !parsed.hasUserInfo
            else {
                throw ReplicateErrors.invalid("webhook", "must be a valid URL")
            }
            prediction.webhook = url
        }
        guard let filter = body["webhook_events_filter"], !filter.isNull else { return }
        guard let names = filter.arrayValue?.map({ $0.stringValue.flatMap(WebhookEvent.init) }), !names.contains(nil)
        else {
            throw ReplicateErrors.invalid("webhook_events_filter", "must be a list of start, output, logs, completed")
        }
        prediction.events = Set(names.compactMap { $0 })
    }

    private func readInput(
        _ fields: [String: JSONValue], into call: inout ProviderCall, _ prediction: inout PredictionRequest
    ) throws(WireRefusal) {
        if let count = fields["num_outputs"], !count.isNull {
            guard let count = count.intValue, Self.counts.contains(count) else {
                throw ReplicateErrors.invalid("input.num_outputs", "must be a whole number from 1 to 10")
            }
            call.count = Int(count)
            prediction.wantsList = true
        }
        switch fields["output_format"]?.stringValue {
        case "png"?: call.picture = .png
        case "jpg"?, "jpeg"?: call.picture = .jpeg
        default: break
        }
        // What is no known ratio is the model's own word, such as `match_input_image`.
        if let ratio = fields["aspect_ratio"]?.stringValue, let size = GeminiSchema.ratios[ratio] {
            (call.width, call.height) = size
        }
        let sides = ["width", "height"].map { fields[$0]?.intValue }
        if let width = sides[0], let height = sides[1] {
            guard (64...4_096).contains(width), (64...4_096).contains(height) else {
                throw ReplicateErrors.invalid("input.width", "sides are 64 to 4096 pixels")
            }
            (call.width, call.height) = (Int(width), Int(height))
        }
    }
}
