/// Finds the path of a place in a document that was refused: jansson tells only a position.
///
/// Runs on failures only, reads any bytes, and takes nothing for granted.
struct DocumentLocator {
    private enum Frame {
        /// `seen` is filled only when repeated keys are looked for.
        case object(key: String?, expectsKey: Bool, seen: Set<[UInt8]>)
        case array(index: Int)
    }

    private let findsRepeatedKeys: Bool
    private var frames: [Frame] = []

    private init(findsRepeatedKeys: Bool) { self.findsRepeatedKeys = findsRepeatedKeys }

    /// The path of the value that stands at `offset`, as far as the document lets itself be understood before that.
    static func path(in document: [UInt8], at offset: Int) -> String {
        var locator = DocumentLocator(findsRepeatedKeys: false)
        document.withUnsafeBufferPointer { bytes in _ = locator.walk(bytes, upTo: min(offset, bytes.count)) }
        return locator.path
    }

    /// The path of the first key that its object already has; empty if there is none.
    static func pathOfRepeatedKey(in document: [UInt8]) -> String {
        var locator = DocumentLocator(findsRepeatedKeys: true)
        let isFound = document.withUnsafeBufferPointer { bytes in locator.walk(bytes, upTo: bytes.count) }
        return isFound ? locator.path : ""
    }

    private var path: String {
        PathText.render(
            frames.compactMap { frame in
                switch frame {
                case .object(let key, _, _): key.map(PathText.Step.key)
                case .array(let index): .index(index)
                }
            })
    }

    /// Returns whether it stopped at a repeated key.
    private mutating func walk(_ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int) -> Bool {
        var at = 0
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "{"): frames.append(.object(key: nil, expectsKey: true, seen: []))
            case UInt8(ascii: "["): frames.append(.array(index: 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = frames.popLast()
            case UInt8(ascii: ","): goOn()
            case UInt8(ascii: "\""):
                let close = DocumentScan.endOfString(in: bytes, from: at + 1)
                if enterKey(UnsafeBufferPointer(rebasing: bytes[at + 1..<close])) { return true }
                at = close
            default: break
            }
            at += 1
        }
        return false
    }

    private mutating func goOn() {
        switch frames.popLast() {
        case .object(_, _, let seen): frames.append(.object(key: nil, expectsKey: true, seen: seen))
        case .array(let index): frames.append(.array(index: index + 1))
        case nil: break
        }
    }

    /// Takes a string for a key where one is due. Returns whether it is a repeated one.
    private mutating func enterKey(_ spelling: UnsafeBufferPointer<UInt8>) -> Bool {
        guard case .object(_, true, var seen) = frames.last else { return false }
        frames.removeLast()
        let name = Self.name(spelledAs: spelling)
        let isRepeated = findsRepeatedKeys && !seen.insert(Array(name.utf8)).inserted
        frames.append(.object(key: name, expectsKey: false, seen: seen))
        return isRepeated
    }

    /// Escapes are jansson's business; a key that it would refuse is named as it stands.
    private static func name(spelledAs spelling: UnsafeBufferPointer<UInt8>) -> String {
        guard spelling.contains(UInt8(ascii: "\\")) else { return String(decoding: spelling, as: UTF8.self) }
        let quoted = [UInt8(ascii: "\"")] + spelling + [UInt8(ascii: "\"")]
        do {
            return try JSON.decode(String.self, from: quoted)
        } catch {
            return String(decoding: spelling, as: UTF8.self)
        }
    }
}
