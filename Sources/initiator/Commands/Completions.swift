import ArgumentParser
import DarkroomCLI

struct Completions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the script by which a shell completes commands, flags and case ids.",
        discussion: """
            bash: initiator completions bash > /etc/bash_completion.d/initiator
            zsh: initiator completions zsh > "${fpath[1]}/_initiator"
            fish: initiator completions fish > ~/.config/fish/completions/initiator.fish

            worker, receiver and provider-simulator print theirs with --generate-completion-script SHELL.
            """)

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"])) var shell: String

    func run() async throws {
        guard let known = CompletionShell(rawValue: shell) else {
            let all = CompletionShell.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("the shell must be one of \(all), not \"\(TerminalText.line(shell))\"")
        }
        StandardStreams.write(Initiator.completionScript(for: known) + "\n", to: .output)
    }
}
