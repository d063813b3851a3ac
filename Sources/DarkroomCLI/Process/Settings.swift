import ArgumentParser
import JSONCoding
import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// What is set: by a flag, else by the environment, else in the configuration file. `attempt-timeout` is the flag
/// `--attempt-timeout`, the variable `DARKROOM_ATTEMPT_TIMEOUT` and the file's key `attempt-timeout`.
public struct Settings: Sendable {
    private let file: [String: JSONValue]
    private let environment: @Sendable (String) -> String?

    static let maximumFileBytes = 1 << 20

    /// - Parameter path: a JSON object; nil for none.
    public init(
        file path: String?, environment: @escaping @Sendable (String) -> String? = Settings.processEnvironment
    ) throws {
        self.environment = environment
        guard let path = path ?? environment("DARKROOM_CONFIG") else {
            file = [:]
            return
        }
        do {
            let bytes = try FileReading.bytes(of: path, atMost: Self.maximumFileBytes)
            guard let object = try JSON.decode(JSONValue.self, from: bytes).objectValue else {
                throw ValidationError("\(path): must be a JSON object of settings")
            }
            file = object
        } catch let error as JSONError {
            throw ValidationError("\(path): \(error.path) \(error.message)")
        }
    }

    public static func processEnvironment(_ name: String) -> String? {
        guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        return text
    }

    /// The text of a setting; a number or truth value of the file as it is written there.
    public func text(_ name: String, flag: String? = nil) throws -> String? {
        if let flag { return flag }
        if let text = environment(variable(name)) { return text }
        switch file[name] {
        case nil, .null: return nil
        case .string(let text): return text
        case .int(let number): return "\(number)"
        case .double(let number): return "\(number)"
        case .bool(let flag): return flag ? "1" : "0"
        case .array, .object: throw ValidationError("\(name) in the configuration file must be one value")
        }
    }

    public func seconds(
        _ name: String, flag: Double? = nil, default standard: Double, in range: ClosedRange<Double>
    ) throws -> Milliseconds {
        let text = try text(name, flag: flag.map { "\($0)" })
        guard let value = text.map({ Double($0) }) ?? standard, range.contains(value) else {
            throw ValidationError("\(name) must be seconds from \(range.lowerBound) to \(range.upperBound)")
        }
        return Milliseconds(value * 1_000)
    }

    public func count(
        _ name: String, flag: Int? = nil, default standard: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        let text = try text(name, flag: flag.map { "\($0)" })
        guard let value = text.map({ Int($0) }) ?? standard, range.contains(value) else {
            throw ValidationError("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    public func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, flag: String? = nil, default standard: Word
    ) throws -> Word where Word.RawValue == String {
        guard let text = try text(name, flag: flag) else { return standard }
        guard let word = Word(rawValue: text) else {
            throw ValidationError("\(name) must be one of: \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    public func isOn(_ name: String, default standard: Bool = false) throws -> Bool {
        switch try text(name) {
        case nil: standard
        case "0", "false", "no", "off": false
        case "1", "true", "yes", "on": true
        default: throw ValidationError("\(name) must be 1 or 0")
        }
    }

    /// A secret: only from the environment variable, or from the file that `<variable>_FILE` names; never from a flag.
    public func secret(_ variable: String) throws -> String? {
        if let text = environment(variable) { return text }
        guard let path = environment(variable + "_FILE") else { return nil }
        let bytes = try FileReading.bytes(of: path, atMost: 4_096)
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop(while: \.isWhitespace)
        let held = String(trimmed.reversed().drop(while: \.isWhitespace).reversed())
        // An empty file is a mistake, and would make an empty token that anybody can bear.
        guard !held.isEmpty else { throw ValidationError("\(path): holds no secret for \(variable)") }
        return held
    }

    /// An environment variable that belongs to somebody else's names (`GEMINI_BASE_URL`).
    public func foreign(_ variable: String) -> String? { environment(variable) }

    private func variable(_ name: String) -> String {
        "DARKROOM_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}
