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
    /// Of the configuration file; nil without one.
    private let path: String?
    private let environment: @Sendable (String) -> String?

    static let maximumFileBytes = 1 << 20

    /// - Parameter path: a JSON object whose every key is a setting; nil for none.
    /// - Throws: `ValidationError`, naming the key that is none.
    public init(
        file path: String?, environment: @escaping @Sendable (String) -> String? = Settings.processEnvironment
    ) throws {
        self.environment = environment
        self.path = path ?? environment("DARKROOM_CONFIG")
        guard let path = self.path else {
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
            throw ValidationError("\(path): \(error.path.isEmpty ? "" : "\(error.path) ")\(error.message)")
        }
        for key in file.keys.sorted() where !SettingNames.all.contains(key) {
            throw ValidationError("\(path): \(SettingNames.complaint(about: key))")
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
        case .array, .object: throw ValidationError("\(place(of: name)) must be one value, not a list or an object")
        }
    }

    /// Where the value of a setting stands, in the words of whoever has to mend it: `--worker`, `DARKROOM_WORKER`,
    /// `worker in darkroom.json`; what would set it where nothing does.
    func place(of name: String, flag: String? = nil) -> String {
        if flag != nil { return "--\(name)" }
        if environment(variable(name)) == nil, file[name] != nil, let path { return "\(name) in \(path)" }
        return variable(name)
    }

    /// What is wrong with a value that is no secret.
    func complaint(_ name: String, flag: String? = nil, _ rule: String, not value: String?) -> ValidationError {
        let found = value.map { ", not \"\(TerminalText.line(String($0.prefix(40))))\"" } ?? ""
        return ValidationError("\(place(of: name, flag: flag)) must be \(rule)\(found)")
    }

    public func seconds(
        _ name: String, flag: Double? = nil, default standard: Double, in range: ClosedRange<Double>
    ) throws -> Milliseconds {
        let flag = flag.map { "\($0)" }
        let text = try text(name, flag: flag)
        guard let value = text.map({ Double($0) }) ?? standard, range.contains(value) else {
            let (least, most) = (Self.plain(range.lowerBound), Self.plain(range.upperBound))
            throw complaint(name, flag: flag, "seconds from \(least) to \(most)", not: text)
        }
        return Milliseconds(value * 1_000)
    }

    public func count(
        _ name: String, flag: Int? = nil, default standard: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        let flag = flag.map { "\($0)" }
        let text = try text(name, flag: flag)
        guard let value = text.map({ Int($0) }) ?? standard, range.contains(value) else {
            let rule = "a number from \(range.lowerBound) to \(range.upperBound)"
            throw complaint(name, flag: flag, rule, not: text)
        }
        return value
    }

    public func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, flag: String? = nil, default standard: Word
    ) throws -> Word where Word.RawValue == String {
        guard let text = try text(name, flag: flag) else { return standard }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue)
            throw complaint(name, flag: flag, "one of \(words.joined(separator: ", "))", not: text)
        }
        return word
    }

    public func isOn(_ name: String, default standard: Bool = false) throws -> Bool {
        let text = try text(name)
        switch text {
        case nil: return standard
        case "0", "false", "no", "off": return false
        case "1", "true", "yes", "on": return true
        default: throw complaint(name, "1 or 0", not: text)
        }
    }

    /// A secret: only from the environment variable, or from the file that `<variable>_FILE` names; never from a flag.
    public func secret(_ variable: String) throws -> String? {
        if let text = environment(variable) { return text }
        guard let path = environment(variable + "_FILE") else { return nil }
        let bytes: [UInt8]
        do { bytes = try FileReading.bytes(of: path, atMost: 4_096) } catch let error as ValidationError {
            throw ValidationError("\(variable)_FILE names \(error.message)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop(while: \.isWhitespace)
        let held = String(trimmed.reversed().drop(while: \.isWhitespace).reversed())
        // An empty file is a mistake, and would make an empty token that anybody can bear.
        guard !held.isEmpty else { throw ValidationError("\(path): holds no secret for \(variable)") }
        return held
    }

    /// An environment variable that belongs to somebody else's names (`GEMINI_BASE_URL`).
    public func foreign(_ variable: String) -> String? { environment(variable) }

    private func variable(_ name: String) -> String { SettingNames.variable(of: name) }

    /// `30` for 30.0.
    private static func plain(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
    }
}
