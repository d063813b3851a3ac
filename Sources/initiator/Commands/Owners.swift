import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import LMDBStore
import Orchestration

struct Owners: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Whose jobs there are, what they may do and what they have used.",
        subcommands: [Set.self, List.self, Show.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an owner a plan; counts at once, for a running `serve` too.",
            discussion: "Plans are those of DARKROOM_PLANS, besides \"free\" and \"unlimited\".")

        @Argument(help: "The owner; \"local\" is the operator.") var owner: String
        @Option(help: "The plan's name.") var plan: String
        @OptionGroup var options: StoreOptions

        func run() async throws {
            let owner = try OwnerID(owner, of: "the owner")
            try await Session.run(options, .writing) { session in
                let desk = try session.accounts().desk
                guard desk.plans.plans[plan] != nil else {
                    let names = desk.plans.plans.keys.sorted().joined(separator: ", ")
                    throw CommandFailure(Exit.usage, "there is no plan \(plan): the plans are \(names)")
                }
                let reply = await desk.setPlan(plan, of: owner)
                await desk.close()
                if case .unavailable(let reason) = reply { throw CommandFailure(.failure, "store: \(reason)") }
                try OwnerText.show(try OwnerView(owner, desk), isJSON: options.json)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every owner with an account, one a line.")
        @OptionGroup var options: StoreOptions

        private static let pageSize = 1_000

        func run() async throws {
            try await Session.run(options) { session in
                let desk = try session.accounts().desk
                try OwnerText.show(try OwnerView(.local, desk), isJSON: options.json)
                var after: StoreKey?
                while true {
                    let page = try await session.store.scan(StoreKey("owner"), after: after, limit: Self.pageSize)
                    for summary in page where summary.header.kind == RecordKind.account.rawValue {
                        guard let owner = Keys.account(at: summary.key) else { continue }
                        try OwnerText.show(try OwnerView(owner, desk), isJSON: options.json)
                    }
                    guard page.count == Self.pageSize, let last = page.last else { return }
                    after = last.key
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One owner's plan, what was used this month, and what is set aside for jobs at work.")

        @Argument(help: "The owner; \"local\" is the operator.") var owner: String
        @OptionGroup var options: StoreOptions

        func run() async throws {
            let owner = try OwnerID(owner, of: "the owner")
            try await Session.run(options) { session in
                try OwnerText.show(try OwnerView(owner, try session.accounts().desk), isJSON: options.json)
            }
        }
    }
}

/// An owner as the commands show it.
struct OwnerView: Encodable {
    var owner: OwnerID
    var plan: String
    var limits: Plan
    var month: Month
    var spent: Amount
    var reserved: Amount
    var openJobs: [String]
    var past: [PastMonth]

    init(_ owner: OwnerID, _ desk: AccountDesk) throws(StoreError) {
        let account = try desk.account(of: owner)
        self.owner = owner
        plan = account?.plan ?? (owner == .local ? PlanBook.unlimitedName : PlanBook.freeName)
        limits = desk.plans.plan(account?.plan, of: owner)
        let now = SystemClock().now()
        let present = account.map { Account($0, plans: desk.plans, now: now).record }
        month = present?.month ?? Month(of: now)
        spent = present?.spent ?? .zero
        reserved = present?.reserved ?? .zero
        openJobs = (present?.reservations.keys.sorted()) ?? []
        past = present?.past ?? []
    }
}

enum OwnerText {
    static func show(_ view: OwnerView, isJSON: Bool) throws {
        let line = isJSON ? try JSON.encode(view) : Array(words(view).utf8)
        StandardStreams.write(line + [UInt8(ascii: "\n")], to: .output)
    }

    private static func words(_ view: OwnerView) -> String {
        var parts = ["\(view.owner)  plan \(view.plan)"]
        if let limit = view.limits.maxInFlight {
            parts.append("\(limit) in flight\(view.limits.casesExempt == false ? "" : " (generations)")")
        }
        let images = view.limits.imagesPerMonth.map { " of \($0)" } ?? ""
        parts.append("\(view.month): \(view.spent.images)\(images) images")
        let budget = view.limits.budgetMicrosPerMonth.map { " of \(MoneyText.amount($0))" } ?? ""
        parts.append("\(MoneyText.amount(view.spent.micros))\(budget) spent")
        if view.spent.possibleMicros > 0 { parts.append("\(MoneyText.amount(view.spent.possibleMicros)) possibly") }
        if !view.openJobs.isEmpty {
            parts.append("\(MoneyText.amount(view.reserved.micros)) set aside for \(view.openJobs.count) open jobs")
        }
        return parts.joined(separator: ", ")
    }
}
