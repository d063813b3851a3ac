/// What is done with one call: waits first, then one ending.
struct Script: Hashable, Sendable {
    /// At most this many, so that no scenario can grow one call's script without end.
    static let maximumPauses = 16

    var pauses: [Pause] = []
    var ending = Ending.picture(nil)
}

/// A wait before the answer begins.
enum Pause: Hashable, Sendable {
    case fixed(milliseconds: Int)
    case spread(Spread)
    /// Until `POST /_sim/release`.
    case hold
}

/// Latency as providers show it: log-normal around a median, with a share of stragglers.
struct Spread: Hashable, Sendable {
    var medianMs: Double
    /// Of the logarithm; 0.5 puts one call in twenty beyond 2.3 times the median.
    var sigma: Double
    var stragglerShare: Double = 0
    var stragglerMs: Double = 0
}

enum Ending: Hashable, Sendable {
    /// An answer with a picture; `nil` takes the scenario's.
    case picture(PictureChoice?)
    /// A part that only thinks (with a picture of its own) before the part with the picture.
    case thoughtFirst
    case refusal(Refusal)
    case spoiled(SpoiledPicture)
    case hollow(HollowAnswer)
    case fault(Fault)
    /// The ending for the first calls of each prompt; a picture after that.
    indirect case flaky(failures: Int, with: Ending)
    case hangBeforeHeaders
    case hangAfterHeaders
    case drip(intervalMs: Int)
    case closeBeforeHeaders
    case reset
    case closeMidBody
    case hugeBody(bytes: Int, declared: Bool)
}

enum PictureChoice: Hashable, Sendable {
    case png
    case jpeg
    /// A file read when the scenario is.
    case file(String)
}

/// How a provider declines, always with status 200.
enum Refusal: Hashable, Sendable {
    case promptBlocked(reason: String)
    case imageBlocked(reason: String)
    /// In words, as if it were a success.
    case textOnly
}

/// A well-formed answer around bytes that are no good picture.
enum SpoiledPicture: String, CaseIterable, Sendable {
    case notAnImage = "not-an-image"
    case truncated = "truncated-image"
    case damaged = "damaged-image"
    case huge = "huge-image"
}

/// Status 200 without what was asked for.
enum HollowAnswer: String, CaseIterable, Sendable {
    case noImage = "no-image"
    case emptyObject = "empty-object"
    case emptyBody = "empty-body"
    case notJSON = "not-json"
    case wrongContentType = "wrong-content-type"
}

/// An error answer in the provider's own shape.
struct Fault: Hashable, Sendable {
    /// The statuses a scenario may ask for.
    static let statuses = [400, 401, 403, 404, 429, 500, 503, 504]

    var status: Int
    /// The delay hint inside the body, in milliseconds.
    var retryInfoMs: Int?
    /// The `Retry-After` header, in seconds.
    var retryAfter: Int?
    /// "Please retry in …" at the end of the message, in milliseconds.
    var messageHintMs: Int?
    /// Names the quota that ran out.
    var quotaId: String?
    /// The machine-readable cause.
    var reason: String?
    var message: String?

    init(status: Int) { self.status = status }
}
