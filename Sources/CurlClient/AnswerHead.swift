/// The status and headers of an answer, built line by line as libcurl hands them over.
struct AnswerHead {
    /// Over all heads of one exchange: interim answers (1xx) and trailers count too.
    static let maximumBytes = 64 * 1024
    static let maximumLines = 256

    /// Of the answer itself, never of an interim one.
    private(set) var status: Int?
    private(set) var headers: [(name: String, value: String)] = []
    /// The empty line that ends the head has come. libcurl takes a connection that closes before it for a good end.
    private(set) var isComplete = false
    private var isInterim = false
    private var bytes = 0
    private var lines = 0

    /// Returns false if the head is over its bounds or its first line is none.
    mutating func take(_ line: some BidirectionalCollection<UInt8>) -> Bool {
        bytes += line.count
        lines += 1
        guard bytes <= Self.maximumBytes, lines <= Self.maximumLines else { return false }
        let text = line.trimmingSpace()
        if status == nil, line.starts(with: Self.prefix) { return takeStatus(text) }
        // Trailers say nothing that we use, and must not pass for headers.
        if isInterim || isComplete { return true }
        if text.isEmpty {
            isComplete = true
        } else if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            fold(text)
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: text[..<colon].trimmingSpace(), as: UTF8.self).lowercased()
            let value = String(decoding: text[text.index(after: colon)...].trimmingSpace(), as: UTF8.self)
            headers.append((name, value))
        }
        return true
    }

    private static let prefix = Array("HTTP/".utf8)

    private mutating func takeStatus(_ line: some BidirectionalCollection<UInt8>) -> Bool {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard fields.count >= 2, let code = Int(String(decoding: fields[1], as: UTF8.self)), 100...999 ~= code else {
            return false
        }
        isInterim = code < 200
        if !isInterim { status = code }
        return true
    }

    /// A header continued on a further line, an old form that some servers still use.
    private mutating func fold(_ text: some BidirectionalCollection<UInt8>) {
        guard !headers.isEmpty else { return }
        headers[headers.count - 1].value += " " + String(decoding: text, as: UTF8.self)
    }
}

extension BidirectionalCollection<UInt8> {
    func trimmingSpace() -> SubSequence {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
            return self[endIndex...]
        }
        return self[start...end]
    }
}
