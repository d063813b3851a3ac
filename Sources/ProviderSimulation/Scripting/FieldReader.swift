import JSONCoding

/// A JSON value with the path that led to it: every refusal names the field.
struct FieldReader {
    let value: JSONValue
    let path: String

    func fail(_ message: String) -> ScenarioError { ScenarioError(path: path, message: message) }

    func object(allowing known: [String]) throws(ScenarioError) -> ObjectReader {
        guard case .object(let fields) = value else { throw fail("must be an object") }
        let unknown = fields.keys.filter { !known.contains($0) }.sorted()
        if let first = unknown.first {
            throw ScenarioError(
                path: ObjectReader.join(path, first), message: "unknown; known are \(known.joined(separator: ", "))")
        }
        return ObjectReader(fields: fields, path: path)
    }

    func list(atMost bound: Int) throws(ScenarioError) -> [FieldReader] {
        guard case .array(let items) = value else { throw fail("must be a list") }
        guard items.count <= bound else { throw fail("must have at most \(bound) entries") }
        return items.enumerated().map { FieldReader(value: $1, path: "\(path)[\($0)]") }
    }

    func string() throws(ScenarioError) -> String {
        guard case .string(let text) = value else { throw fail("must be a string") }
        return text
    }

    func strings(atMost bound: Int) throws(ScenarioError) -> [String] {
        var texts: [String] = []
        for item in try list(atMost: bound) { texts.append(try item.string()) }
        return texts
    }

    func bool() throws(ScenarioError) -> Bool {
        guard case .bool(let flag) = value else { throw fail("must be true or false") }
        return flag
    }

    func integer(_ range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        guard case .int(let number) = value, range.contains(Int(number)) else {
            throw fail("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    func number(_ range: ClosedRange<Double>) throws(ScenarioError) -> Double {
        let number: Double? =
            switch value {
            case .int(let whole): Double(whole)
            case .double(let fraction): fraction
            default: nil
            }
        guard let number, range.contains(number) else {
            throw fail("must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws(ScenarioError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try string()) else {
            throw fail("must be one of \(type.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }
}

/// An object whose field names have been checked.
struct ObjectReader {
    let fields: [String: JSONValue]
    let path: String

    /// The field, unless it is absent.
    subscript(_ name: String) -> FieldReader? {
        fields[name].map { FieldReader(value: $0, path: Self.join(path, name)) }
    }

    func required(_ name: String) throws(ScenarioError) -> FieldReader {
        guard let field = self[name] else {
            throw ScenarioError(path: Self.join(path, name), message: "is required")
        }
        return field
    }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
