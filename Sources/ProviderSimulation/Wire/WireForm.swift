import JSONCoding
import NIOCore

/// How one provider speaks. A new provider is a new conformance and a line in ``WireForms/all``; scripting, pictures,
/// the record and the connection's fate know nothing of it.
protocol WireForm: Sendable {
    /// Shown in the record.
    var name: String { get }

    /// What the path names; nil when it is not this provider's.
    func target(ofPath path: String) -> WireTarget?

    /// The secret the caller shows; only its length is recorded.
    func key(of request: WireRequest) -> String?

    /// Checks the caller and the body as the provider would.
    ///
    /// - Throws: the provider's error answer.
    func read(
        _ request: WireRequest, target: WireTarget, rules: AccessRules
    ) throws(WireRefusal) -> (call: ProviderCall, work: CallWork)

    /// The refusal of a body that was not read to its end.
    func payloadTooLarge(limit: Int, rules: AccessRules) -> WireRefusal

    /// An error answer.
    func fault(_ fault: Fault, to call: ProviderCall) throws(JSONError) -> Answer
}

/// A form whose calls are answered with the pictures themselves, or with their URLs.
protocol AnswerForm: WireForm {
    /// As ``WireForm/read(_:target:rules:)``.
    func readCall(_ request: WireRequest, target: WireTarget, rules: AccessRules) throws(WireRefusal) -> ProviderCall

    /// The answer with this content, whose status the content decides.
    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer
}

extension AnswerForm {
    func read(
        _ request: WireRequest, target: WireTarget, rules: AccessRules
    ) throws(WireRefusal) -> (call: ProviderCall, work: CallWork) {
        (try readCall(request, target: target, rules: rules), .answer(by: self))
    }
}

/// What a call asks for.
enum CallWork: Sendable {
    case answer(by: any AnswerForm)
    case prediction(PredictionRequest)
}

enum WireForms {
    static let all: [any WireForm] = [GeminiForm(), ImagenForm(), ReplicateForm(), OpenAIForm()]
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

    /// The token of an `Authorization: Bearer` header; Replicate's old `Token` scheme is taken too.
    var bearer: String? {
        guard let value = headers["authorization"], let space = value.firstIndex(of: " ") else { return nil }
        guard ["bearer", "token"].contains(value[..<space].lowercased()) else { return nil }
        return String(value[value.index(after: space)...])
    }

    /// Where the caller reached the simulator, as `http://HOST:PORT`: URLs in answers begin with it.
    var origin: String { "http://\(headers["host"] ?? "127.0.0.1")" }
}

/// What the scenario says of callers and of the form itself.
struct AccessRules: Sendable {
    var keys: Set<String>?
    var models: Set<String>?
    var flavor = OpenAIFlavor.openai
}

/// A call that passed the provider's checks.
struct ProviderCall: Sendable {
    var model: String
    var version: String
    /// All text of the request, in order.
    var prompt: String
    /// In pixels, as the request's size or aspect ratio makes it at full size.
    var width = 1024
    var height = 1024
    /// How many pictures were asked for.
    var count = 1
    /// The picture type asked for; nil leaves it to the scenario.
    var picture: PictureChoice?
    /// False when the request asked for text alone.
    var wantsPicture = true
    /// The answer names the pictures by URL.
    var byURL = false
    /// Refusals of single pictures are explained.
    var wantsReasons = false
    var flavor = OpenAIFlavor.openai
    /// Members that the answer repeats from the request.
    var repeated: [String: JSONValue] = [:]
}

enum AnswerContent: Sendable {
    /// As many as were asked for; at least one.
    case pictures([EncodedPicture])
    /// The same as URLs, absolute or relative.
    case links([String])
    case thoughtThenPicture(EncodedPicture)
    /// The pictures that were not withheld; perhaps none.
    case someBlocked([EncodedPicture])
    case text(String)
    case promptBlocked(reason: String?)
    case imageBlocked(reason: String?)
    case noPicture

    /// The pictures to splice into the document.
    var pictures: [EncodedPicture] {
        switch self {
        case .pictures(let pictures), .someBlocked(let pictures): pictures
        case .thoughtThenPicture(let picture): [picture]
        default: []
        }
    }
}

struct Answer: Sendable {
    static let json = "application/json; charset=UTF-8"

    var status: Int
    var contentType = Answer.json
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
    var contentType = Answer.json
    var headers: [(name: String, value: String)] = []

    func answer(style: JSONStyle = .compact) throws(JSONError) -> Answer {
        Answer(
            status: status, contentType: contentType, headers: headers,
            body: [ByteBuffer(bytes: try JSON.encode(body, style: style))])
    }
}
