import ArgumentParser
import CurlClient
import DarkroomCLI
import JSONCoding
import Orchestration

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what would keep Darkroom from working here, and say what to do about it.",
        discussion: """
            Checks the libraries, the fonts, the settings and secrets, the store, the disk, the clock, the address to listen \
            at, and that the worker and the receiver are there and take what they would be sent. Changes nothing; a \
            receiver's log shows one refused update. Run it with the flags and variables of the process in question. One \
            line a check: ok, warn or fail. Exits 1 if anything fails, else 0.
            """)

    @Option(help: "Where a server is to listen, HOST:PORT.") var listen: String?
    @Option(help: "The workers' base URLs, as URL,URL.") var worker: String?
    @Option(help: "The receiver's base URL.") var receiver: String?
    @OptionGroup var options: StoreOptions

    private struct Outcome: Encodable {
        var ok: Bool
        var findings: [Finding]
    }

    func run() async throws {
        var findings: [Finding] = []
        for check in try await checks() {
            for finding in await check() {
                if !options.json { StandardStreams.write(finding.line + "\n", to: .output) }
                findings.append(finding)
            }
        }
        let isWell = !findings.contains { $0.state == .fail }
        if options.json {
            let outcome = Outcome(ok: isWell, findings: findings)
            StandardStreams.write(try JSON.encode(outcome, style: .pretty), to: .output)
        }
        if !isWell { throw ExitCode.failure }
    }

    /// In the order in which one thing needs another.
    private func checks() async throws -> [() async -> [Finding]] {
        let settings: Settings
        do { settings = try Settings(file: options.config) } catch let error as ValidationError {
            return [
                LibraryChecks().run, { [.fail("settings", error.message, "mend the file; nothing else was checked")] },
            ]
        }
        let directory = try settings.text("data", flag: options.store.data)
        return [
            LibraryChecks().run,
            SettingChecks(
                settings: settings, worker: worker, receiver: receiver, logLevel: options.logLevel
            ).run,
            SecretChecks(settings: settings, listen: listen).run,
            StoreChecks(directory: directory).run,
            MachineChecks(directory: directory).run,
            ListenCheck(settings: settings, flag: listen).run,
            PeerChecks(settings: settings, worker: worker, receiver: receiver).run,
        ]
    }
}
