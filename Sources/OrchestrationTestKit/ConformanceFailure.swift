/// A promise of a seam that a backend did not keep.
public struct ConformanceFailure: Error, CustomStringConvertible, Sendable {
    public let message: String
    public let file: String
    public let line: Int

    public init(_ message: String, file: String = #fileID, line: Int = #line) {
        self.message = message
        self.file = file
        self.line = line
    }

    public var description: String { "\(message) (\(file):\(line))" }
}

/// Throws unless `condition` holds.
func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws(ConformanceFailure) {
    guard condition else { throw ConformanceFailure(message(), file: file, line: line) }
}

/// Throws unless both are equal, and says what they are.
func requireEqual<Value: Equatable>(
    _ found: Value, _ expected: Value, _ what: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws(ConformanceFailure) {
    guard found == expected else {
        throw ConformanceFailure("\(what()): found \(found), expected \(expected)", file: file, line: line)
    }
}

/// Waits for `body`, but no longer than `limit`: an upper bound for a thing that should happen, never a pause.
public func withDeadline<Value: Sendable>(
    _ limit: Duration = .seconds(120), waitingFor what: String, file: String = #fileID, line: Int = #line,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try? await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw ConformanceFailure("waited \(limit) for \(what)", file: file, line: line)
        }
        return value
    }
}
