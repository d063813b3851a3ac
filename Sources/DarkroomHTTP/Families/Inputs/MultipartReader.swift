/// A part of a form, as its own headers describe it.
struct FormPart: Hashable, Sendable {
    /// Of the field; 1 to ``MultipartReader/nameAtMost`` bytes.
    var name: String
    /// Set for files, whatever they are called.
    var isFile: Bool
    /// As the sender claims; empty if it claims nothing.
    var contentType: String
}

/// What is wrong with a form, in words for whoever sent it.
struct MultipartError: Error, Hashable, Sendable {
    var message: String
    init(_ message: String) { self.message = message }
}

/// Reads `multipart/form-data` (RFC 7578) as it comes, in pieces of any size, and holds back no more than a part's
/// headers or a boundary's length. Bounds: ``partsAtMost`` parts, ``headersAtMost`` bytes of headers for each, and as much
/// before the first. A pure machine: bytes in, events out.
struct MultipartReader: Sendable {
    enum Event: Hashable, Sendable {
        case part(FormPart)
        /// Some of the part's content; never empty.
        case content([UInt8])
        case partEnded
    }

    private enum Place {
        case preamble
        case afterBoundary
        case headers
        case content
        /// The last boundary came; what follows says nothing.
        case end
    }

    static let partsAtMost = 16
    static let headersAtMost = 4_096
    static let nameAtMost = 64

    private let delimiter: [UInt8]
    private var place = Place.preamble
    /// Bytes that are not understood yet. A boundary begins a line, also at the very beginning.
    private var pending: [UInt8] = Array("\r\n".utf8)
    private var parts = 0
    private var preamble = 0

    /// - Parameter contentType: the request's header.
    /// - Throws: if it is no `multipart/form-data` with a legal boundary.
    init(contentType: String) throws(MultipartError) {
        guard let type = HeaderValue(contentType), type.value == "multipart/form-data" else {
            throw MultipartError("is not multipart/form-data")
        }
        guard let boundary = type.parameters["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), boundary.utf8.last != 0x20
        else { throw MultipartError("has no boundary of 1 to 70 characters in its Content-Type") }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// What the next bytes say.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(MultipartError) -> [Event] {
        if place == .end { return [] }
        pending.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// There is nothing more.
    /// - Throws: if that is too soon.
    func finish() throws(MultipartError) {
        guard place == .end else { throw MultipartError("ends before its last boundary") }
    }

    /// - Returns: false if more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(MultipartError) -> Bool {
        switch place {
        case .preamble: return try skipPreamble()
        case .afterBoundary: return try passBoundary()
        case .headers: return try readHeaders(&events)
        case .content: return readContent(&events)
        case .end:
            pending = []
            return false
        }
    }

    private mutating func skipPreamble() throws(MultipartError) -> Bool {
        let found = Bytes.firstIndex(of: delimiter, in: pending)
        let dropped = found ?? max(0, pending.count - delimiter.count + 1)
        preamble += dropped
        guard preamble <= Self.headersAtMost else { throw MultipartError("does not begin with its boundary") }
        pending.removeFirst(found.map { $0 + delimiter.count } ?? dropped)
        if found != nil { place = .afterBoundary }
        return found != nil
    }

    /// `--` ends the form; a line's end begins a part. White space may stand before either.
    private mutating func passBoundary() throws(MultipartError) -> Bool {
        guard pending.count >= 2 else { return false }
        if pending.starts(with: [0x2D, 0x2D]) {
            place = .end
            return true
        }
        guard let end = Bytes.firstIndex(of: [0x0D, 0x0A], in: pending) else {
            guard pending.count <= Self.headersAtMost else { throw MultipartError("has a boundary without an end") }
            return false
        }
        guard pending[..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
            throw MultipartError("has something behind a boundary")
        }
        // The line's end stays: headers may be none, and then end with it alone.
        pending.removeFirst(end)
        parts += 1
        guard parts <= Self.partsAtMost else { throw MultipartError("has more than \(Self.partsAtMost) parts") }
        place = .headers
        return true
    }

    private mutating func readHeaders(_ events: inout [Event]) throws(MultipartError) -> Bool {
        guard let end = Bytes.firstIndex(of: Array("\r\n\r\n".utf8), in: pending) else {
            guard pending.count <= Self.headersAtMost else { throw MultipartError("has a part with long headers") }
            return false
        }
        guard end <= Self.headersAtMost else { throw MultipartError("has a part with long headers") }
        events.append(.part(try FormPart(headers: pending[..<end])))
        // Of the two line ends the second may belong to a boundary, for content that is empty.
        pending.removeFirst(end + 4)
        place = .content
        return true
    }

    private mutating func readContent(_ events: inout [Event]) -> Bool {
        let found = Bytes.firstIndex(of: delimiter, in: pending)
        let length = found ?? max(0, pending.count - delimiter.count + 1)
        if length > 0 { events.append(.content(Array(pending[..<length]))) }
        pending.removeFirst(found.map { $0 + delimiter.count } ?? length)
        guard found != nil else { return false }
        events.append(.partEnded)
        place = .afterBoundary
        return true
    }
}

/// Searches in bytes.
enum Bytes {
    /// Where `pattern`, which is not empty, first begins.
    static func firstIndex(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count, let first = pattern.first else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            pattern.withUnsafeBufferPointer { pattern in
                var index = 0
                let last = bytes.count - pattern.count
                while index <= last {
                    if bytes[index] == first, (1..<pattern.count).allSatisfy({ bytes[index + $0] == pattern[$0] }) {
                        return index
                    }
                    index += 1
                }
                return nil
            }
        }
    }
}
