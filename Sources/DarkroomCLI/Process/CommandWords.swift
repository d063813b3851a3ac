import ArgumentParser

/// The words that name a program's commands. The parser takes an unknown one for a value and complains of what follows.
struct CommandWords {
    private let root: any ParsableCommand.Type

    init(_ root: any ParsableCommand.Type) { self.root = root }

    /// What to say of the first word that is no command where one is needed; nil if there is none.
    func stray(in arguments: [String]) -> String? {
        var (command, path) = (root, [Self.name(of: root)])
        for word in arguments {
            let names = Dictionary(
                command.configuration.subcommands.map { (Self.name(of: $0), $0) },
                uniquingKeysWith: { first, _ in first })
            guard !names.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = names[word] else {
                let program = path.joined(separator: " ")
                let meant = Spelling.nearest(to: word, in: names.keys).map { "did you mean \"\($0)\"? " } ?? ""
                return "\(program) has no command \"\(TerminalText.line(word))\": \(meant)\(program) --help lists them"
            }
            command = next
            path.append(word)
        }
        return nil
    }

    /// As the parser makes it of the type's name: `EditPrompt` is `edit-prompt`.
    static func name(of command: any ParsableCommand.Type) -> String {
        if let name = command.configuration.commandName { return name }
        return "\(command)".reduce(into: "") { name, character in
            if character.isUppercase, !name.isEmpty { name.append("-") }
            name += character.lowercased()
        }
    }
}
