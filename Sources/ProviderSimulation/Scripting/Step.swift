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
    /// A sound picture whose file, where one is named by URL, is served with this ending.
    indirect case download(Ending)
    /// For providers with predictions; the others answer with a picture (or hang, or fail with 500).
    case prediction(PredictionEnding)
}

/// What becomes of a prediction after it was asked for.
enum PredictionEnding: Hashable, Sendable {
    /// The call that creates it is never answered; the prediction exists and succeeds.
    case hangCreate
    /// It ends as `failed` with this text.
    case failed(error: String)
    /// The provider ends it as canceled.
    case canceled
    /// It is never begun.
    case aborted
    /// Its creation is confirmed; it is unknown from then on.
    case lost
    /// The first readings of it get this ending.
    indirect case poll(failures: Int, with: Ending)
    case output(OutputShape)
    case webhook(WebhookFate)
}

/// How a prediction's output names its pictures.
enum OutputShape: String, CaseIterable, Sendable {
    /// One URL.
    case url
    /// An array of URLs.
    case list
    /// A `data:` URI.
    case data
}

/// What goes wrong with the webhook that tells the end of a prediction.
enum WebhookFate: Hashable, Sendable {
    case never
    /// The same message once more.
    case twice
    case late(milliseconds: Int)
    /// Signed with another key than the one served.
    case forged
}

enum PictureChoice: Hashable, Sendable {
    case png
    case jpeg
    /// A file read when the scenario is.
    case file(String)
}

/// How a provider declines. A reason is in the provider's own words; nil takes its usual one.
enum Refusal: Hashable, Sendable {
    case promptBlocked(reason: String? = nil)
    case imageBlocked(reason: String? = nil)
    /// In words, as if it were a success.
    case textOnly
    /// One of the pictures asked for is withheld.
    case someBlocked
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
    static let statuses = [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 499, 500, 502, 503, 504, 529]

    var status: Int
    /// The provider's own precise delay hint, in milliseconds: RetryInfo, `retry_after`, `retry-after-ms`.
    var retryInfoMs: Int?
    /// The `Retry-After` header, in seconds.
    var retryAfter: Int?
    /// A sentence like "Please retry in …" at the end of the message, in milliseconds.
    var messageHintMs: Int?
    /// Names the quota that ran out.
    var quotaId: String?
    /// The machine-readable cause.
    var reason: String?
    var message: String?

    init(status: Int) { self.status = status }
}
