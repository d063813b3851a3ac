import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import Orchestration

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "What an owner's jobs have cost, line by line, each with its cause.")

    @Argument(help: "The owner; \"local\" is the operator.") var owner: String
    @Option(help: "One month alone, such as 2026-11.") var month: String?
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let owner = try OwnerID(owner, of: "the owner")
        let months = try month.map { text in
            guard let month = Month(text) else { throw ValidationError("--month must be a month such as 2026-11") }
            return month
        }
        try await Session.run(options) { session in
            let key = months.map { Keys.ledger(owner, $0) } ?? Keys.ledger(owner)
            let account = try session.accounts().desk.account(of: owner)
            // Counted already, and about to be written.
            var pending = Dictionary(
                (account?.pending ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            var total = Amount.zero
            var failure: (any Error)?
            try await Ledger(store: session.store).forEachLine(below: key) { line throws(StoreError) in
                pending[line.name] = nil
                total = total + line.amount
                do { try show(line) } catch { failure = failure ?? error }
            }
            if let failure { throw failure }
            for line in pending.values where months.map({ $0 == line.month }) ?? true {
                total = total + line.amount
                try show(line)
            }
            if !options.json {
                StandardStreams.write(
                    "total: \(MoneyText.amount(total.micros)), \(total.images) images"
                        + (total.possibleMicros > 0 ? ", \(MoneyText.amount(total.possibleMicros)) possibly" : "")
                        + "\n", to: .output)
            }
        }
    }

    private func show(_ line: LedgerLine) throws {
        let text = options.json ? try JSON.encode(line) : Array(words(line).utf8)
        StandardStreams.write(text + [UInt8(ascii: "\n")], to: .output)
    }

    private func words(_ line: LedgerLine) -> String {
        let maker = [line.cause.provider, line.cause.model].compactMap { $0 }.joined(separator: "/")
        let possibly = line.possibleMicros == 0 ? "" : " (possibly \(MoneyText.amount(line.possibleMicros)))"
        let made = line.images == 0 ? "" : ", \(line.images) image"
        return "\(line.month) \(line.jobID) \(line.asset) \(line.number): \(MoneyText.amount(line.micros))"
            + possibly + made + " · epoch \(line.cause.epoch), attempts \(line.cause.attempts)"
            + (maker.isEmpty ? "" : " · \(maker)")
    }
}
