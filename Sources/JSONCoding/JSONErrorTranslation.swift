/// Codable's errors as ours. Codable types may throw and catch the standard ones in between; only the outermost call
/// translates.
extension JSONError {
    private static let longestMessage = 300

    init(reading error: any Error) {
        switch error {
        case let error as JSONError:
            self = error
        case DecodingError.keyNotFound(let key, let context):
            self.init(.missingField, path: PathText.render(context.codingPath + [key]), message: "is missing")
        case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context):
            self.init(.wrongType, context.codingPath, context.debugDescription)
        case DecodingError.dataCorrupted(let context):
            self.init(.invalidValue, context.codingPath, context.debugDescription)
        default:
            self.init(.invalidValue, [], String(describing: error))
        }
    }

    init(writing error: any Error) {
        switch error {
        case let error as JSONError:
            self = error
        case EncodingError.invalidValue(_, let context):
            self.init(.unencodable, context.codingPath, context.debugDescription)
        default:
            self.init(.unencodable, [], String(describing: error))
        }
    }

    private init(_ code: Code, _ path: [any CodingKey], _ message: String) {
        self.init(code, path: PathText.render(path), message: String(message.prefix(Self.longestMessage)))
    }
}

/// What to say when a type's own `init(from:)` refused: the standard library repeats the whole offending text, and an
/// error that is not a `DecodingError` does not know its place.
func refined<Value>(_ error: any Error, reading type: Value.Type, at path: PathNode?) -> any Error {
    switch error {
    case DecodingError.dataCorrupted(let context) where context.debugDescription.hasPrefix("Cannot initialize "):
        return DecodingError.dataCorrupted(.init(codingPath: context.codingPath, debugDescription: choices(type)))
    case is DecodingError, is JSONError:
        return error
    default:
        return DecodingError.dataCorrupted(
            .init(codingPath: path.codingPath, debugDescription: String(describing: error), underlyingError: error))
    }
}

private func choices(_ type: Any.Type) -> String {
    guard let type = type as? any CaseIterable.Type else { return "is not one of the values allowed here" }
    let names = values(type)
    guard (1...16).contains(names.count) else { return "is not one of the values allowed here" }
    return "must be one of: " + names.joined(separator: ", ")
}

private func values<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
    type.allCases.compactMap { choice in
        (choice as? any RawRepresentable).map { String(describing: $0.rawValue) }
    }
}
