/// How a simulator serves. What it does with calls is the scenario's.
public struct SimulatorConfiguration: Sendable {
    /// The size of the pictures it makes; files that a scenario names are sent as they are.
    public enum PictureSize: String, CaseIterable, Sendable {
        /// As providers send them: 1024×1024 as PNG is 1.6 MB, as JPEG 0.4 MB.
        case large
        /// Half the edge.
        case medium
        /// A sixteenth of the edge (64×64, 6 kB), for load runs.
        case small
    }

    public var host: String
    /// 0 picks a free one.
    public var port: Int
    /// Added before each provider call is looked at, in ms.
    public var delayMs: Int
    /// For every draw; nil draws one, which `GET /_sim/state` shows.
    public var seed: UInt64?
    public var picture: PictureSize
    /// Connections beyond it wait in the listen queue.
    public var maxConnections: Int
    /// Keeps request bodies up to 16 kB in the record.
    public var recordBodies: Bool
    /// The end of every hang, drip and hold, in seconds: the connection is closed then.
    public var longestHang: Int
    /// Larger request bodies are refused as the provider refuses them.
    public var maxBodyBytes: Int
    /// Signs webhooks: `whsec_` and the base64 of 24 to 64 bytes; any other text is taken for the standard one.
    public var webhookSecret: String
    /// Before the second attempt of a webhook that tells an end, in ms; doubled with each, to 30 times at most.
    public var webhookPauseMs: Int

    /// For tests, and known to everyone: the bytes 0 to 31.
    public static let standardWebhookSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// Whether the text can sign webhooks.
    public static func isWebhookSecret(_ text: String) -> Bool { WebhookSigner(secret: text) != nil }

    public init(
        host: String = "127.0.0.1", port: Int = 0, delayMs: Int = 0, seed: UInt64? = nil,
        picture: PictureSize = .large, maxConnections: Int = 16_000, recordBodies: Bool = false,
        longestHang: Int = 3_600, maxBodyBytes: Int = 20 << 20,
        webhookSecret: String = SimulatorConfiguration.standardWebhookSecret, webhookPauseMs: Int = 1_000
    ) {
        self.host = host
        self.port = port
        self.delayMs = delayMs
        self.seed = seed
        self.picture = picture
        self.maxConnections = maxConnections
        self.recordBodies = recordBodies
        self.longestHang = longestHang
        self.maxBodyBytes = maxBodyBytes
        self.webhookSecret = webhookSecret
        self.webhookPauseMs = webhookPauseMs
    }
}
