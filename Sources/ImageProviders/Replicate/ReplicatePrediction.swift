import JSONCoding

/// A prediction, as far as we use it. Everything but the id and the status may be missing or of another kind.
struct ReplicatePrediction: Decodable, Sendable {
    enum Status: Hashable, Sendable {
        /// `starting`, `processing`, and words that come later: not the end.
        case running
        case succeeded
        case failed
        case canceled
        /// Its deadline passed before it was started.
        case aborted
    }

    let id: String
    let status: Status
    let output: JSONValue?
    /// The model's words; set only for a failed one.
    let error: String?
    /// The provider deletes what a prediction made an hour after its end.
    let isDataRemoved: Bool

    private enum CodingKeys: String, CodingKey {
        case id
        case status
        case output
        case error
        case dataRemoved = "data_removed"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        status = Self.status(try values.decode(String.self, forKey: .status))
        output = try values.decodeIfPresent(JSONValue.self, forKey: .output)
        let error = try values.decodeIfPresent(JSONValue.self, forKey: .error)
        self.error = error?.stringValue ?? error?["detail"]?.stringValue ?? error?["message"]?.stringValue
        isDataRemoved = try values.decodeIfPresent(JSONValue.self, forKey: .dataRemoved)?.boolValue ?? false
    }

    /// `successful` stands in some of the provider's examples, never in its traffic.
    private static func status(_ word: String) -> Status {
        switch word {
        case "succeeded", "successful": .succeeded
        case "failed": .failed
        case "canceled": .canceled
        case "aborted": .aborted
        default: .running
        }
    }
}

extension ReplicatePrediction {
    /// What a model left as its output.
    enum Picture: Hashable, Sendable {
        case url(String)
        case none
        /// Some JSON that is no picture: another model is meant.
        case other
    }

    /// A text, or the first of several: `http` and `https` URLs and `data:` URIs.
    var picture: Picture {
        let first: JSONValue?
        if case .array(let values) = output { first = values.first { !$0.isNull } } else { first = output }
        switch first {
        case nil, .null, "": return .none
        case .string(let text): return Self.isURL(text) ? .url(text) : .other
        default: return .other
        }
    }

    /// The creating call that was held answers with the picture itself, while the status still says `processing`.
    var isFinishedInline: Bool {
        guard status == .running, case .url(let text) = picture else { return false }
        return DataURI.isOne(text)
    }

    private static func isURL(_ text: String) -> Bool {
        let scheme = text.prefix { $0 != ":" }.prefix(8).lowercased()
        return DataURI.isOne(text) || scheme == "https" || scheme == "http"
    }
}
