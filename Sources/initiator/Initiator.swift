import ArgumentParser
import DarkroomCLI
import DarkroomHTTP

@main
struct Initiator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "initiator",
        abstract: "Records jobs for case images, hands them to a worker and shows what became of them.",
        discussion: """
            Every command but serve and completions takes --json: it then prints one object, or one object a line, and errors as {"error": {"code", \
            "message"}} on standard error.

            \(Exit.sentence)
            """,
        version: Release.version,
        subcommands: [
            Create.self, Status.self, Watch.self, List.self, Get.self, Retry.self, Fallback.self, EditPrompt.self,
            Cancel.self, ForceFinish.self, Redeliver.self, Why.self, Sheet.self, Verify.self, Backup.self, Restore.self,
            KeyCommands.self, Owners.self, LedgerCommand.self, Stats.self, Serve.self, Doctor.self,
            Completions.self,
        ])

    static func main() async { await CommandRunner.main(Initiator.self) }
}

/// The flags of every command that reads or writes the store.
struct StoreOptions: ParsableArguments {
    @OptionGroup var store: DataOption

    @Option(
        help: "A JSON file of settings; flags and DARKROOM_… variables win over it.",
        completion: .file(extensions: ["json"]))
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: error)")
    var logLevel: String?
}
