import CJansson

#if canImport(Glibc)
import Glibc
#endif

/// The one owner of a jansson value: holds a reference and gives it back. Stays on the thread that made it.
final class JanssonValue {
    let pointer: UnsafeMutablePointer<json_t>

    /// Takes over a reference.
    init(adopting pointer: UnsafeMutablePointer<json_t>) { self.pointer = pointer }

    deinit { json_decref(pointer) }

    /// One more reference, for somebody who takes it over.
    func shared() -> UnsafeMutablePointer<json_t> {
        json_incref(pointer)
        return pointer
    }
}

// MARK: - Putting together

/// Each of these takes over the reference to `node`, as jansson does even on failure. jansson fails here only when memory
/// is out, where Swift itself stops.
extension JanssonValue {
    func set(_ name: String, toAdopted node: UnsafeMutablePointer<json_t>) {
        let code = withCharacters(of: name) { json_object_setn_new_nocheck(pointer, $0, $1, node) }
        precondition(code == 0, "jansson is out of memory")
    }

    func set(_ index: Int, toAdopted node: UnsafeMutablePointer<json_t>) {
        let code = json_array_set_new(pointer, index, node)
        precondition(code == 0, "jansson is out of memory")
    }

    func append(adopting node: UnsafeMutablePointer<json_t>) {
        let code = json_array_append_new(pointer, node)
        precondition(code == 0, "jansson is out of memory")
    }
}

// MARK: - Making

/// New values; each returns a reference that the caller owns.
extension UnsafeMutablePointer<json_t> {
    private static func made(_ node: UnsafeMutablePointer<json_t>?) -> UnsafeMutablePointer<json_t> {
        guard let node else { preconditionFailure("jansson is out of memory") }
        return node
    }

    static func null() -> UnsafeMutablePointer<json_t> { made(json_null()) }

    static func bool(_ flag: Bool) -> UnsafeMutablePointer<json_t> { made(flag ? json_true() : json_false()) }

    static func integer(_ number: Int64) -> UnsafeMutablePointer<json_t> { made(json_integer(json_int_t(number))) }

    static func container(_ kind: json_type) -> UnsafeMutablePointer<json_t> {
        made(kind == JSON_OBJECT ? json_object() : json_array())
    }

    /// A Swift string is UTF-8 by construction, so jansson need not check it again.
    static func text(_ text: String) -> UnsafeMutablePointer<json_t> {
        made(withCharacters(of: text) { json_stringn_nocheck($0, $1) })
    }

    /// Nil if the text contains U+0000.
    static func textWithoutNull(_ text: String) -> UnsafeMutablePointer<json_t>? {
        withCharacters(of: text) { start, count in
            memchr(start, 0, count) == nil ? made(json_stringn_nocheck(start, count)) : nil
        }
    }
}

/// Lends the text's bytes. An empty text may have no address of its own; jansson wants one.
@inline(__always)
func withCharacters<Result>(of text: String, _ body: (UnsafePointer<CChar>, Int) -> Result) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
            characters.baseAddress.map { body($0, characters.count) } ?? body("", 0)
        }
    }
}
