/// One server-sent event as it stands on the wire (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum EventText {
    /// Tells a client how long to wait before it connects again.
    static let opening = Array("retry: 2000\n\n".utf8)
    /// Says that the stream lives; clients pass over it.
    static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// The same, with a place from which the client goes on: nothing is to be told up to there.
    static func keepAlive(at id: UInt64) -> [UInt8] { Array("id: \(id)\n".utf8) + keepAlive }

    /// - Parameters:
    ///   - id: what a client names to go on behind this event; nil leaves the one before.
    ///   - data: text of any number of lines, which a client puts together again.
    static func event(_ name: String, id: UInt64?, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        if let id { bytes += "id: \(id)\n".utf8 }
        bytes += "event: \(name)\n".utf8
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += "data: ".utf8
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
