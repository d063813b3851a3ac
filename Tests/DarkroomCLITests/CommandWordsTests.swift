import ArgumentParser
import JSONCoding
import Testing

@testable import DarkroomCLI

@Suite struct CommandWordsTests {
    private struct Root: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "root", subcommands: [EditPrompt.self, Keys.self])
    }

    private struct EditPrompt: ParsableCommand {}

    private struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "keys", subcommands: [Create.self])
    }

    private struct Create: ParsableCommand {}

    @Test(arguments: [
        [], ["edit-prompt"], ["edit-prompt", "anything"], ["keys", "create", "--owner", "x"], ["--help"],
        ["help", "keys"],
        ["keys", "--help"], ["keys"],
    ])
    func knownWords(_ arguments: [String]) {
        #expect(CommandWords(Root.self).stray(in: arguments) == nil)
    }

    @Test func unknownWords() {
        let words = CommandWords(Root.self)
        #expect(
            words.stray(in: ["edit-promt", "--data", "x"])
                == "root has no command \"edit-promt\": did you mean \"edit-prompt\"? root --help lists them")
        #expect(
            words.stray(in: ["keys", "creat"])?.hasPrefix("root keys has no command \"creat\": did you mean") == true)
        #expect(words.stray(in: ["xyz\u{1B}"]) == "root has no command \"xyz \": root --help lists them")
    }

    @Test(arguments: [
        ("stauts", "status"), ("statu", "status"), ("wacth", "watch"), ("xyz", nil), ("", nil),
        (String(repeating: "s", count: 10_000), nil),
    ])
    func spelling(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, in: ["watch", "status", "retry"]) == meant)
    }

    @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("kitten", "sitting", 3)])
    func distances(one: String, other: String, distance: Int) {
        #expect(Spelling.distance(one, other) == distance)
        #expect(Spelling.distance(other, one) == distance)
    }

    @Test func errorsAreJSONWhereThatIsAskedFor() throws {
        let plain = ErrorReport(["status", "x", "--", "--json"]).text("no such case", Exit.usage)
        #expect(plain == "error: no such case\n")
        let text = ErrorReport(["status", "--json"]).text("no\nsuch case", Exit.notReachable)
        let error = try JSON.decode(JSONValue.self, from: Array(text.utf8))["error"]
        #expect(error?["code"]?.stringValue == "not_reachable" && error?["message"]?.stringValue == "no\nsuch case")
        #expect(text.count { $0 == "\n" } == 1)
    }
}
