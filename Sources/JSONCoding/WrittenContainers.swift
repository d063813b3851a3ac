import CJansson

/// An object being written. One generic function stands for Codable's fifteen requirements.
struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: JanssonValue
    let session: WritingSession
    let path: PathNode?

    var codingPath: [any CodingKey] { path.codingPath }

    func encodeNil(forKey key: Key) throws {
        object.set(try checked(key), toAdopted: .null())
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        let name = try checked(key)
        do throws(ScalarRefusal) {
            if let node = try session.scalar(value) {
                object.set(name, toAdopted: node)
                return
            }
        } catch {
            throw refusal(error, of: value, at: PathNode(key, below: path))
        }
        try writer(key).writeComposite(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        writer(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        writer(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { reserved(PlaceKey.parent) }

    func superEncoder(forKey key: Key) -> any Encoder { reserved(key) }

    private func writer(_ key: any CodingKey) -> JSONWriter {
        JSONWriter(
            slot: .member(of: object, name: key.stringValue), session: session, path: PathNode(key, below: path))
    }

    /// An encoder that is never used leaves an empty object.
    private func reserved(_ key: any CodingKey) -> JSONWriter {
        object.set(key.stringValue, toAdopted: .container(JSON_OBJECT))
        return writer(key)
    }

    private func checked(_ key: any CodingKey) throws -> String {
        let name = key.stringValue
        guard !name.utf8.contains(0) else {
            let reason = ScalarRefusal(message: "has a key that contains the character U+0000")
            throw refusal(reason, of: name, at: path)
        }
        return name
    }
}

/// An array being written.
struct UnkeyedWriter: UnkeyedEncodingContainer {
    let array: JanssonValue
    let session: WritingSession
    let path: PathNode?

    var codingPath: [any CodingKey] { path.codingPath }
    var count: Int { json_array_size(array.pointer) }

    func encodeNil() { array.append(adopting: .null()) }

    func encode<Value: Encodable>(_ value: Value) throws {
        do throws(ScalarRefusal) {
            if let node = try session.scalar(value) {
                array.append(adopting: node)
                return
            }
        } catch {
            throw refusal(error, of: value, at: PathNode(PlaceKey.index(count), below: path))
        }
        try reserved(.null()).writeComposite(value)
    }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        reserved(.null()).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { reserved(.null()).unkeyedContainer() }

    /// An encoder that is never used leaves an empty object.
    func superEncoder() -> any Encoder { reserved(.container(JSON_OBJECT)) }

    /// A writer for the next place, where `node` stands until it is used.
    private func reserved(_ node: UnsafeMutablePointer<json_t>) -> JSONWriter {
        let index = count
        array.append(adopting: node)
        return JSONWriter(
            slot: .element(of: array, index: index), session: session,
            path: PathNode(PlaceKey.index(index), below: path))
    }
}
