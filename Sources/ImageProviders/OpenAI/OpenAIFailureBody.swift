import JSONCoding
import JobModel

/// What an error answer says. OpenAI, its gateways and the self-hosted servers each have a shape of their own:
/// `{"error":{…}}`, `{"error":"text"}`, `{"error":"code","message":"text"}`, `{"detail":"text"}`, `{"detail":[{…}]}`,
/// `{"message":"text",…}`, plain text, and HTML, of which nothing is taken.
struct OpenAIFailureBody {
    private(set) var message: String?
    private var ownCode: String?
    private var type: String?
    /// `input` or `output`, with what was found there.
    private(set) var moderation: String?

    /// An error page is small; a larger one is not read.
    private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32)
    private static let longestText = 4_096
    private static let mostDetails = 8

    init(_ bytes: [UInt8]) {
        do throws(JSONError) {
            read(try JSON.decode(JSONValue.self, from: bytes, limits: Self.limits))
        } catch {
            // Not an error of ours: gateways answer with text, with HTML, or with nothing.
            readText(bytes)
        }
    }

    private mutating func read(_ document: JSONValue) {
        let root = document[0] ?? document
        if let words = root["error"]?.stringValue {
            // Either the words themselves, or a code with the words beside it.
            message = root["message"]?.stringValue ?? words
            ownCode = root["message"] == nil ? nil : words
        } else {
            let error = root["error"]?.objectValue == nil ? root : root["error"] ?? root
            message = error["message"]?.stringValue
            ownCode = error["code"]?.stringValue
            type = error["type"]?.stringValue
            moderation = Self.moderation(error["moderation_details"])
        }
        message = message ?? Self.detail(root["detail"]) ?? root.stringValue
    }

    private mutating func readText(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(Self.longestText), as: UTF8.self)
        let isMarkup = text.first { !$0.isWhitespace } == "<"
        message = isMarkup || text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// FastAPI's: a text, or a list of what is wrong where.
    private static func detail(_ detail: JSONValue?) -> String? {
        if let text = detail?.stringValue { return text }
        if let text = detail?["message"]?.stringValue ?? detail?["error"]?.stringValue { return text }
        let entries = (detail?.arrayValue ?? []).prefix(mostDetails).compactMap { entry -> String? in
            guard let words = entry["msg"]?.stringValue else { return entry.stringValue }
            let place = (entry["loc"]?.arrayValue ?? []).compactMap { $0.stringValue ?? $0.intValue.map(String.init) }
            return place.isEmpty ? words : place.joined(separator: ".") + ": " + words
        }
        return entries.isEmpty ? nil : entries.joined(separator: "; ")
    }

    private static func moderation(_ details: JSONValue?) -> String? {
        let stage = details?["moderation_stage"]?.stringValue
        let categories = (details?["categories"]?.arrayValue ?? []).prefix(mostDetails).compactMap(\.stringValue)
        let words = [stage].compactMap { $0 } + categories
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// The most telling word: `moderation_blocked` rather than `image_generation_user_error`.
    var code: String? { ownCode ?? type }

    /// Lower case, for comparing.
    var words: (codes: [String], message: String) {
        ([ownCode, type].compactMap { $0?.lowercased() }, message?.lowercased() ?? "")
    }
}
