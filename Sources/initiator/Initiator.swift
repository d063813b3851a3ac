import ArgumentParser
import DarkroomCLI

@main
struct Initiator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "initiator",
        abstract: "Records jobs for case images, hands them to a worker and shows what became of them.",
        discussion: """
            Exit codes: 0 done (status, watch: completed), 2 usage, bad input, unknown case or conflict, 3 partial, \
            4 failed or canceled, 5 no worker reached, 6 not final yet (status), 1 anything else.
            """,
        subcommands: [
            Create.self, Status.self, Watch.self, List.self, Get.self, Retry.self, Fallback.self, EditPrompt.self,
            Cancel.self, ForceFinish.self, Redeliver.self, Why.self, Sheet.self, Verify.self, Backup.self, Restore.self,
            KeyCommands.self, Owners.self, LedgerCommand.self, Serve.self,
        ])

    static func main() async { await CommandRunner.main(Initiator.self) }
}

/// The flags of every command that reads or writes the store.
struct StoreOptions: ParsableArguments {
    @OptionGroup var store: DataOption

    @Option(help: "A JSON file of settings; flags and DARKROOM_… variables win over it.")
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: warning)")
    var logLevel: String?
}
