import JSONCoding
import NIOCore

/// How one provider speaks. A new provider is a new conformance and a line in ``WireForms/all``; scripting, pictures,
/// the record and the connection's fate know nothing of it.
protocol WireForm: Sendable {
    /// Shown in the record.
    var name: String { get }

    /// What the path names; nil when it is not this provider's.
    func target(ofPath path: String) -> WireTarget?

    /// The method the target takes; others are answered with 405.
    func method(of target: WireTarget) -> String

    /// The secret the caller shows; only its length is recorded.
    func key(of request: WireRequest) -> String?

    /// Checks the caller and the body as the provider would.
    ///
    /// - Throws: the provider's error answer.
    func read(_ request: WireRequest, target: WireTarget, rules: AccessRules) throws(WireRefusal) -> ProviderCall

    /// The 200 answer with this content.
    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer

    /// The refusal of a body that was not read to its end.
    func payloadTooLarge(limit: Int) -> WireRefusal

    /// An error answer.
    func fault(_ fault: Fault, model: String) throws(JSONError) -> Answer
}

enum WireForms {
    static let all: [any WireForm] = [GeminiForm()]
}

struct WireTarget: Hashable, Sendable {
    var version: String
    var model: String
    var verb: String
}

struct WireRequest: Sendable {
    /// Lower-case names.
    var headers: [String: String]
    var query: [String: String]
    var body: [UInt8]
}

struct AccessRules: Sendable {
    var keys: Set<String>?
    var models: Set<String>?
}

/// A call that passed the provider's checks.
struct ProviderCall: Sendable {
    var model: String
    var version: String
    /// All text of the request, in order.
    var prompt: String
    /// In pixels, as the request's aspect ratio makes it at full size.
    var width = 1024
    var height = 1024
    /// False when the request asked for text alone.
    var wantsPicture = true
}

enum AnswerContent: Sendable {
    case picture(EncodedPicture)
    case thoughtThenPicture(EncodedPicture)
    case text(String)
    case promptBlocked(reason: String)
    case imageBlocked(reason: String)
    case noPicture
}

/// A picture ready to be put into an answer: shared by every answer that carries it.
struct EncodedPicture: Sendable {
    var mimeType: String
    var base64: ByteBuffer
}

struct Answer: Sendable {
    var status: Int
    var contentType = "application/json; charset=UTF-8"
    var headers: [(name: String, value: String)] = []
    var body: [ByteBuffer]

    var length: Int { body.reduce(0) { $0 + $1.readableBytes } }
}

/// A call refused by the provider's own checks.
struct WireRefusal: Error {
    var status: Int
    /// In the words of the provider's status; for the record.
    var cause: String
    var body: JSONValue
}
