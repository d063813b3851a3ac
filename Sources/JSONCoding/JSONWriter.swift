import CJansson

/// What one call of ``JSON/encode(_:style:)`` builds.
final class WritingSession {
    var root: JanssonValue?
    /// Whether the tree holds numbers that ``RawNumber`` has to spell.
    var hasRawNumbers = false
    /// The first array or object deeper than a reader with the usual limits goes. Containers are opened by functions that
    /// cannot throw, so it is kept until one can.
    private(set) var tooDeep: EncodingError?

    func opens(at path: PathNode?) {
        let limit = JSONLimits().maximumDepth
        guard tooDeep == nil, (path?.depth ?? 0) >= limit else { return }
        tooDeep = refusal(ScalarRefusal(message: "is nested deeper than \(limit) levels"), of: 0, at: path)
    }
}

/// Where a written value goes in the tree.
enum Slot {
    case root
    case member(of: JanssonValue, name: String)
    case element(of: JanssonValue, index: Int)
}

/// Writes one value into its slot. Values go into the tree at once, so a writer that is kept and used late still works.
final class JSONWriter: Encoder {
    let session: WritingSession
    let path: PathNode?
    private let slot: Slot
    private var written: JanssonValue?

    init(slot: Slot, session: WritingSession, path: PathNode?) {
        self.slot = slot
        self.session = session
        self.path = path
    }

    var codingPath: [any CodingKey] { path.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedWriter(object: opened(JSON_OBJECT), session: session, path: path))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedWriter(array: opened(JSON_ARRAY), session: session, path: path)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// The container here, or a new one: types that inherit ask more than once.
    private func opened(_ kind: json_type) -> JanssonValue {
        if let written, written.pointer.pointee.type == kind { return written }
        precondition(written == nil, "a value was encoded twice, as two different kinds")
        session.opens(at: path)
        return place(.container(kind))
    }

    /// Puts a new value into the slot, in place of what may be there.
    @discardableResult
    private func place(_ node: UnsafeMutablePointer<json_t>) -> JanssonValue {
        let value = JanssonValue(adopting: node)
        switch slot {
        case .root: session.root = value
        case .member(let object, let name): object.set(name, toAdopted: value.shared())
        case .element(let array, let index): array.set(index, toAdopted: value.shared())
        }
        written = value
        return value
    }

    func write<Value: Encodable>(_ value: Value) throws {
        do throws(ScalarRefusal) {
            if let node = try session.scalar(value) {
                place(node)
                return
            }
        } catch {
            throw refusal(error, of: value, at: path)
        }
        try writeComposite(value)
    }

    func writeComposite<Value: Encodable>(_ value: Value) throws {
        if let error = session.tooDeep { throw error }
        try value.encode(to: self)
        if written == nil { place(.container(JSON_OBJECT)) }
    }
}

extension JSONWriter: SingleValueEncodingContainer {
    func encodeNil() { place(.null()) }

    func encode<Value: Encodable>(_ value: Value) throws { try write(value) }
}

func refusal(_ reason: ScalarRefusal, of value: Any, at path: PathNode?) -> EncodingError {
    .invalidValue(value, .init(codingPath: path.codingPath, debugDescription: reason.message))
}
