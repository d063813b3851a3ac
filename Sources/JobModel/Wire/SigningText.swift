/// The bytes that signatures are made over; the keyed hash itself is made above.
public enum SigningText {
    /// Standard Webhooks: `id.timestamp.body`, the body exactly as sent.
    public static func webhook(id: String, timestamp: Int64, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }

    /// A picture on its way to a receiver: the same scheme over method and path instead of the body, whose hash is the
    /// last part of the path.
    public static func upload(id: String, timestamp: Int64, method: String, path: String) -> [UInt8] {
        Array("\(id).\(timestamp).\(method) \(path)".utf8)
    }

    /// How far a timestamp may be off, either way, in seconds.
    public static let toleranceSeconds: Int64 = 300
}
