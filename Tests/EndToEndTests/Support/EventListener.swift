import JSONCoding
import Threads

/// A client of a stream of server-sent events over a connection of its own.
final class EventListener: Sendable {
    struct Event: Sendable {
        var id: String?
        var name = "message"
        var data = ""

        /// Null if it is no JSON.
        var json: JSONValue { (try? JSON.decode(JSONValue.self, from: Array(data.utf8))) ?? .null }
    }

    struct Heard: Sendable {
        /// 0 until the head is there.
        var status = 0
        var headers: [String: String] = [:]
        var events: [Event] = []
        var comments = 0
        var isEnded = false

        /// What a client names to go on.
        var lastID: String? { events.last { $0.id != nil }?.id }
    }

    let heard = Watched(Heard())
    private let isStopped = Locked(false)

    /// - Parameter place: sent as `Last-Event-ID`.
    init(_ server: Server, _ path: String, after place: String? = nil, headers: [String: String] = [:]) throws {
        var headers = headers
        headers["Last-Event-ID"] = place
        headers["Connection"] = "close"
        let request = RawConnection.request("GET", path, headers: headers)
        let port = server.port
        _ = OwnerThread(name: "event-listener") { [self] in
            listen(port, request)
            heard.update { $0.isEnded = true }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }

    /// The first event that fits.
    func event(_ what: String, where fits: @escaping @Sendable (Event) -> Bool = { _ in true }) async throws -> Event {
        try await heard.wait(for: what) { $0.events.first(where: fits) }
    }

    /// All that was heard, once the server has ended the stream.
    func end() async throws -> Heard { try await heard.wait(for: "the end of the stream") { $0.isEnded ? $0 : nil } }

    private func listen(_ port: Int, _ request: [UInt8]) {
        guard let socket = try? RawSocket(port: port), socket.send(request) else { return }
        var (bytes, taken) = ([UInt8](), 0)
        while !isStopped.withLock({ $0 }) {
            switch socket.next(within: 100) {
            case .bytes(let more): bytes += more
            case .closed: return
            case .nothing: continue
            }
            guard let message = WireMessage(bytes) else { continue }
            let (body, isWhole) = Self.unchunked(message.body)
            let blocks = Self.blocks(body)
            let fresh = Array(blocks.dropFirst(taken))
            taken = blocks.count
            heard.update { heard in
                heard.status = Int(message.startLine.dropFirst(9).prefix(3)) ?? 0
                heard.headers = message.headers
                for block in fresh { heard.take(block) }
            }
            if isWhole || message.headers["content-length"] == "0" || message.startLine.contains(" 204") { return }
        }
    }

    /// What has come of a chunked body, and whether that is all of it.
    private static func unchunked(_ body: [UInt8]) -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var rest = body[...]
        while let end = rest.firstIndex(of: 13),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16)
        {
            if size == 0 { return (bytes, true) }
            let start = end + 2
            guard start + size + 2 <= rest.endIndex else { break }
            bytes += rest[start..<start + size]
            rest = rest[(start + size + 2)...]
        }
        return (bytes, false)
    }

    /// What stands between empty lines.
    private static func blocks(_ bytes: [UInt8]) -> [[Substring]] {
        let text = String(decoding: bytes, as: UTF8.self)
        var blocks: [[Substring]] = []
        var block: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.isEmpty {
                blocks.append(block)
                block = []
            } else {
                block.append(line)
            }
        }
        return blocks
    }
}

extension EventListener.Heard {
    fileprivate mutating func take(_ block: [Substring]) {
        var event = EventListener.Event()
        var hasData = false
        for line in block {
            if line.hasPrefix(":") {
                comments += 1
            } else if line.hasPrefix("id: ") {
                event.id = String(line.dropFirst(4))
            } else if line.hasPrefix("event: ") {
                event.name = String(line.dropFirst(7))
            } else if line.hasPrefix("data: ") {
                event.data += line.dropFirst(6)
                hasData = true
            }
        }
        if hasData { events.append(event) }
    }
}
