/// Takes whole HTTP/1.1 messages off a connection, as they stand on the wire.
struct MessageReader {
    private let socket: Socket
    private var buffer: [UInt8] = []

    private static let longest = 32 << 20
    private static let blankLine = Array("\r\n\r\n".utf8)

    init(_ socket: Socket) { self.socket = socket }

    /// The next message, head and body; nil at the end of the connection and for what is no such message.
    mutating func next() -> [UInt8]? {
        guard let head = readHead() else { return nil }
        let text = String(decoding: buffer[..<head], as: UTF8.self).lowercased()
        let fields = text.split(separator: "\r\n").dropFirst()
        let isBodiless = text.hasPrefix("http/1.1 204") || text.hasPrefix("http/1.1 304")
        var end = head
        if fields.contains("transfer-encoding: chunked") {
            guard let last = readChunks(from: head) else { return nil }
            end = last
        } else if !isBodiless, let field = fields.first(where: { $0.hasPrefix("content-length:") }) {
            guard let length = Int(field.filter(\.isNumber)), length <= Self.longest, fill(to: head + length) else {
                return nil
            }
            end = head + length
        }
        defer { buffer.removeFirst(end) }
        return Array(buffer[..<end])
    }

    /// Where the head ends, the blank line included.
    private mutating func readHead() -> Int? {
        var searched = 0
        while true {
            if let found = find(Self.blankLine, from: searched) { return found + Self.blankLine.count }
            searched = max(0, buffer.count - Self.blankLine.count)
            guard fill(to: buffer.count + 1) else { return nil }
        }
    }

    /// Where the last chunk ends; trailers are not expected.
    private mutating func readChunks(from start: Int) -> Int? {
        var at = start
        while true {
            var line = find([13, 10], from: at)
            while line == nil {
                guard fill(to: buffer.count + 1) else { return nil }
                line = find([13, 10], from: at)
            }
            guard let line, let length = Int(String(decoding: buffer[at..<line], as: UTF8.self), radix: 16),
                length <= Self.longest, fill(to: line + 2 + length + 2)
            else { return nil }
            at = line + 2 + length + 2
            if length == 0 { return at }
        }
    }

    /// Reads until the buffer holds so much.
    private mutating func fill(to count: Int) -> Bool {
        while buffer.count < count {
            guard buffer.count <= 2 * Self.longest, let chunk = socket.receive() else { return false }
            buffer += chunk
        }
        return true
    }

    private func find(_ pattern: [UInt8], from start: Int) -> Int? {
        guard buffer.count >= start + pattern.count else { return nil }
        return (start...buffer.count - pattern.count).first { at in
            pattern.indices.allSatisfy { buffer[at + $0] == pattern[$0] }
        }
    }
}
