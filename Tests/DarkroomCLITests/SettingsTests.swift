import ArgumentParser
import Testing

@testable import DarkroomCLI

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SettingsTests {
    private func settings(_ environment: [String: String] = [:], file: String? = nil) throws -> Settings {
        guard let file else { return try Settings(file: nil) { environment[$0] } }
        return try TemporaryFile.with(file) { path in try Settings(file: path) { environment[$0] } }
    }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func whatIsWrongNamesWhereItStands() throws {
        let seconds: (Settings, Double?) throws -> Any = { settings, flag in
            try settings.seconds("attempt-timeout", flag: flag, default: 60, in: 0.01...3_600)
        }
        let environment = try settings(["DARKROOM_ATTEMPT_TIMEOUT": "soon\u{1B}"])
        #expect(
            message { try seconds(environment, nil) }
                == "DARKROOM_ATTEMPT_TIMEOUT must be seconds from 0.01 to 3600, not \"soon \"")
        #expect(
            message { try seconds(environment, 7_200) }
                == "--attempt-timeout must be seconds from 0.01 to 3600, not \"7200.0\"")
        let file = try settings(file: #"{"attempt-timeout": "soon"}"#)
        #expect(message { try seconds(file, nil) }.hasPrefix("attempt-timeout in /"))
        #expect(
            message { try settings(["DARKROOM_SCHEDULE": "now"]).isOn("schedule") }
                == "DARKROOM_SCHEDULE must be 1 or 0, not \"now\"")
    }

    @Test(arguments: [
        (#"{"attempt-timout": 3}"#, "there is no setting \"attempt-timout\"; did you mean \"attempt-timeout\"?"),
        (#"{"zzz": 3}"#, "there is no setting \"zzz\""),
        (
            #"{"webhook-secret": "x"}"#,
            "\"webhook-secret\" is set by its variable DARKROOM_WEBHOOK_SECRET alone, not by this file"
        ),
        ("[]", "must be a JSON object of settings"), ("", "is empty"),
    ])
    func aFileHoldsSettingsAndNothingElse(text: String, complaint: String) {
        let message = message { try settings(file: text) }
        #expect(message.hasSuffix(": \(complaint)"), "\(message)")
    }

    @Test func addressesWithPasswordsAreNotRepeated() throws {
        let message = message {
            try settings(["DARKROOM_WORKER": "http://user:secret@host"]).requiredWorkers(flag: nil)
        }
        #expect(message.hasPrefix("DARKROOM_WORKER must be a base URL") && !message.contains("secret"))
        let missing = self.message { try settings().requiredWorkers(flag: nil) }
        #expect(missing.hasPrefix("--worker is missing: name the worker's base URL"))
    }

    /// Otherwise a file that sets one of them would be refused.
    @Test func allNamesThatAreReadAreKnown() throws {
        var read: Set<String> = []
        for folder in ["DarkroomCLI", "worker", "receiver", "initiator", "provider-simulator"] {
            for text in try SourceFiles.texts(below: "Sources/\(folder)") {
                for match in text.matches(of: /(?:text|seconds|count|word|isOn|baseURL|requestLimit)\(\s*"([a-z-]+)"/) {
                    read.insert(String(match.1))
                }
            }
        }
        #expect(read.count > 40, "the sources were not found")
        #expect(read.subtracting(SettingNames.all).isEmpty)
        #expect(SettingNames.variables.contains("DARKROOM_WEBHOOK_SECRET_FILE"))
    }

    @Test func theReadmeTellsOfNoOthers() throws {
        let readme = try SourceFiles.text(of: "README.md")
        let named = Set(readme.matches(of: /DARKROOM_[A-Z_]+[A-Z]/).map { String($0.output) })
        let strangers = named.filter { name in !SettingNames.variables.contains { $0.hasPrefix(name) || $0 == name } }
        #expect(strangers.isEmpty, "\(strangers)")
        #expect(named.count > 50)
    }

    @Test func theExitCodesStandInTheReadme() throws {
        let words = try SourceFiles.text(of: "README.md").filter { $0 != "`" }.split(whereSeparator: \.isWhitespace)
        let readme = words.joined(separator: " ")
        for (code, meaning) in Exit.meanings {
            #expect(readme.contains("\(code.rawValue) \(meaning)"), "\(code.rawValue)")
        }
    }
}

enum SourceFiles {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    static func text(of path: String) throws -> String {
        String(decoding: try FileReading.bytes(of: "\(root)/\(path)", atMost: 4 << 20), as: UTF8.self)
    }

    /// Of all Swift files in a folder and those below.
    static func texts(below path: String) throws -> [String] {
        guard let directory = opendir("\(root)/\(path)") else { return [] }
        defer { closedir(directory) }
        var texts: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".swift") {
                texts.append(try text(of: "\(path)/\(name)"))
            } else if !name.contains(".") {
                texts += try Self.texts(below: "\(path)/\(name)")
            }
        }
        return texts
    }
}

enum TemporaryFile {
    /// A file with this text, for as long as `body` runs.
    static func with<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/darkroom-cli-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(file >= 0)
        close(file)
        defer { unlink(path) }
        try FileReading.write(Array(text.utf8), to: path)
        return try body(path)
    }
}
