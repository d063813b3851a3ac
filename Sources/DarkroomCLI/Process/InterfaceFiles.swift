import ArgumentParser
import DarkroomHTTP
import JSONCoding

/// What an operator set for the interfaces that take prompts of their own.
extension Settings {
    /// `styles` names a JSON file of texts by the id of a visual style, `refused-words` a text file with a word or phrase
    /// a line.
    public func interfaces() throws -> InterfaceSettings {
        InterfaceSettings(styles: try styles(), refusedWords: RefusedWords(try refusedWords()))
    }

    private func styles() throws -> [String: String] {
        guard let path = try text("styles") else { return [:] }
        let bytes = try file(path)
        do throws(JSONError) { return try JSON.decode([String: String].self, from: bytes) } catch {
            throw ValidationError("\(path): \(error.path) \(error.message)")
        }
    }

    private func refusedWords() throws -> [String] {
        guard let path = try text("refused-words") else { return [] }
        return String(decoding: try file(path), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }

    private func file(_ path: String) throws -> [UInt8] {
        try FileReading.bytes(of: path, atMost: Settings.maximumFileBytes)
    }
}
