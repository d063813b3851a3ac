import JSONCoding
import Testing

@testable import JobModel

@Suite("An owner's account")
struct AccountTests {
    static let november: Milliseconds = 1_794_000_000_000
    static let december: Milliseconds = november + 30 * 86_400_000

    private func account(_ plan: Plan, at now: Milliseconds = november) throws -> Account {
        var record = AccountRecord(owner: try OwnerID("ada"), now: now)
        record.plan = "own"
        return Account(record, plans: try PlanBook(["own": plan]), now: now)
    }

    private func again(_ account: Account, _ plan: Plan, at now: Milliseconds) throws -> Account {
        Account(account.record, plans: try PlanBook(["own": plan]), now: now)
    }

    private func request(
        _ job: String, _ cost: CostBound = .micros(100), images: Int = 1, family: JobFamily = .generation,
        epoch: Int = 1, holder: UInt64 = 1
    ) throws -> ReservationRequest {
        let id = try JobID(job)
        return ReservationRequest(
            jobID: id, caseID: CaseID(of: id), family: family, epoch: epoch, images: images, cost: cost, holder: holder)
    }

    private func settlement(_ job: String, _ totals: [String: Amount], epoch: Int = 1) throws -> JobSettlement {
        let id = try JobID(job)
        let cause = LedgerLine.Cause(
            caseID: CaseID(of: id), family: .generation, kind: .evidence, epoch: epoch, attempts: 2, provider: "gemini",
            model: "m")
        return JobSettlement(
            jobID: id, epoch: epoch,
            items: try totals.sorted { $0.key < $1.key }.map {
                JobSettlement.Item(asset: try AssetID($0.key), total: $0.value, cause: cause)
            })
    }

    @Test("one in flight: a second job waits for the end of the first, a repeat of the first does not")
    func oneInFlight() throws {
        var account = try account(.free)
        guard case .reserved(let first?) = account.apply(.reserve(try request("job-1"))) else {
            Issue.record("the first is taken")
            return
        }
        #expect(first.isInFlight && first.micros == 0)
        let refusal = AccountRefusal.tooManyInFlight(limit: 1, jobs: [try JobID("job-1")])
        #expect(account.apply(.reserve(try request("job-2"))) == .refused(refusal))
        guard case .reserved(let again?) = account.apply(.reserve(try request("job-1", holder: 2))) else {
            Issue.record("the same job is taken again")
            return
        }
        #expect(again.holder == 2)
        #expect(account.apply(.settle(try settlement("job-1", [:]), standing: [])) == .done)
        #expect(account.record.reservations.isEmpty)
        #expect(account.apply(.reserve(try request("job-2"))) != .refused(refusal))
    }

    @Test("cases are exempt from the free plan's one in flight, and from nothing that a plan sets besides")
    func exemption() throws {
        var free = try account(.free)
        #expect(free.apply(.reserve(try request("job-1", family: .case))) == .reserved(nil))
        var all = try account(Plan(maxInFlight: 1, casesExempt: false))
        guard case .reserved(_?) = all.apply(.reserve(try request("job-1", family: .case))) else {
            Issue.record("it is counted")
            return
        }
        #expect(
            all.apply(.reserve(try request("job-2", family: .case)))
                == .refused(.tooManyInFlight(limit: 1, jobs: [try JobID("job-1")])))
        var quota = try account(Plan(imagesPerMonth: 3))
        #expect(
            quota.apply(.reserve(try request("job-1", images: 4, family: .case)))
                == .refused(.quotaExceeded(limit: 3, made: 0, reserved: 0, asked: 4)))
    }

    @Test("what is set aside and what was spent, what may have been billed included, never go beyond the budget")
    func budget() throws {
        let plan = Plan(budgetMicrosPerMonth: 250)
        var account = try account(plan)
        _ = account.apply(.reserve(try request("job-1")))
        _ = account.apply(.reserve(try request("job-2")))
        #expect(
            account.apply(.reserve(try request("job-3")))
                == .refused(.budgetExceeded(limit: 250, spent: 0, reserved: 200, asked: 100)))
        let spent = Amount(micros: 30, possibleMicros: 30, images: 1)
        _ = account.apply(.settle(try settlement("job-1", ["a": spent]), standing: []))
        #expect(account.record.spent == spent && account.record.reserved.micros == 100)
        #expect(
            account.apply(.reserve(try request("job-3")))
                == .refused(.budgetExceeded(limit: 250, spent: 60, reserved: 100, asked: 100)))
        #expect(account.apply(.reserve(try request("job-3", .micros(90)))) != .reserved(nil))
    }

    @Test("a model without a price is refused where there is a budget, and only there")
    func unknownPrice() throws {
        let cost = CostBound.unknown(provider: "gemini", model: "new")
        var budgeted = try account(Plan(budgetMicrosPerMonth: 250))
        #expect(
            budgeted.apply(.reserve(try request("job-1", cost)))
                == .refused(.priceUnknown(provider: "gemini", model: "new")))
        var other = try account(Plan(imagesPerMonth: 5))
        guard case .reserved(let reservation?) = other.apply(.reserve(try request("job-1", cost))) else {
            Issue.record("it is taken")
            return
        }
        #expect(reservation.micros == 0 && reservation.images == 1)
    }

    @Test("settling twice counts once; what comes later is a further line with the difference")
    func settlingTwice() throws {
        var account = try account(Plan(budgetMicrosPerMonth: 1_000))
        _ = account.apply(.reserve(try request("job-1", .micros(500), images: 2)))
        let first = ["a": Amount(micros: 40, images: 1), "b": Amount(micros: 10)]
        _ = account.apply(.settle(try settlement("job-1", first), standing: []))
        #expect(account.record.pending.map(\.number) == [1, 1])
        _ = account.apply(.settle(try settlement("job-1", first), standing: []))
        #expect(account.record.pending.count == 2 && account.record.spent == Amount(micros: 50, images: 1))
        // The lines are written, and let go of.
        let lines = account.record.pending
        _ = account.apply(.written(Set(lines.map(\.name))))
        #expect(account.record.pending.isEmpty)
        let later = ["a": Amount(micros: 40, images: 1), "b": Amount(micros: 49, images: 1)]
        _ = account.apply(.settle(try settlement("job-1", later, epoch: 2), standing: lines))
        let line = try #require(account.record.pending.first)
        #expect(account.record.pending.count == 1 && line.asset.text == "b" && line.number == 2)
        #expect(line.amount == Amount(micros: 39, images: 1) && line.cause.epoch == 2)
        #expect(account.record.spent == Amount(micros: 89, images: 2))
    }

    @Test("a correction takes back what is there, in lines that add up, and never more")
    func correction() throws {
        var account = try account(.unlimited)
        let feared = ["a": Amount(possibleMicros: 40), "b": Amount(possibleMicros: 40)]
        _ = account.apply(.settle(try settlement("job-1", feared), standing: []))
        let lines = account.record.pending
        _ = account.apply(.written(Set(lines.map(\.name))))
        // By the next month nothing of it is there to be taken back.
        var next = try again(account, .unlimited, at: Self.december)
        #expect(next.record.past.map(\.spent.possibleMicros) == [80])
        let resolved = ["a": Amount(micros: 40), "b": Amount(), "c": Amount(possibleMicros: 30)]
        _ = next.apply(.settle(try settlement("job-1", resolved), standing: lines))
        #expect(next.record.spent == Amount(micros: 40, possibleMicros: 30))
        #expect(next.record.pending.map(\.amount).reduce(.zero, +) == next.record.spent)
        // In the same month all of it is.
        _ = account.apply(.settle(try settlement("job-1", resolved), standing: lines))
        #expect(account.record.spent == Amount(micros: 40, possibleMicros: 30))
    }

    @Test("a month that is over is put away; what is set aside stays; a clock set back turns nothing back")
    func months() throws {
        let plan = Plan(imagesPerMonth: 3, budgetMicrosPerMonth: 300)
        var account = try account(plan)
        _ = account.apply(.reserve(try request("job-1", images: 2)))
        _ = account.apply(.settle(try settlement("job-1", ["a": Amount(micros: 90, images: 1)]), standing: []))
        _ = account.apply(.reserve(try request("job-2", images: 2)))
        var next = try again(account, plan, at: Self.december)
        #expect(next.record.month == Month("2026-12") && next.record.spent == .zero)
        #expect(next.record.past == [PastMonth(month: try #require(Month("2026-11")), spent: account.record.spent)])
        #expect(next.record.reserved == Amount(micros: 100, images: 2))
        #expect(
            next.apply(.reserve(try request("job-3", images: 2)))
                == .refused(.quotaExceeded(limit: 3, made: 0, reserved: 2, asked: 2)))
        let back = try again(next, plan, at: Self.november)
        #expect(back.record == next.record)
    }

    @Test("only the submission that a job relies on may release it")
    func release() throws {
        var account = try account(.free)
        _ = account.apply(.reserve(try request("job-1", holder: 1)))
        _ = account.apply(.reserve(try request("job-1", holder: 2)))
        _ = account.apply(.release(try JobID("job-1"), holder: 1))
        #expect(account.record.reservations.count == 1)
        _ = account.apply(.release(try JobID("job-1"), holder: 2))
        #expect(account.record.reservations.isEmpty)
        _ = account.apply(.reserve(try request("job-2")))
        _ = account.apply(.abandon(try JobID("job-2"), before: Self.november - 1))
        #expect(account.record.reservations.count == 1)
        _ = account.apply(.abandon(try JobID("job-2"), before: Self.november))
        #expect(account.record.reservations.isEmpty)
    }

    @Test("a job that goes on before its first epoch is settled keeps what was set aside for both")
    func furtherEpoch() throws {
        var account = try account(Plan(budgetMicrosPerMonth: 1_000))
        _ = account.apply(.reserve(try request("job-1", .micros(300))))
        _ = account.apply(.reserve(try request("job-1", .micros(200), epoch: 2, holder: 2)))
        #expect(account.record.reserved == Amount(micros: 500, images: 2))
        _ = account.apply(.settle(try settlement("job-1", ["a": Amount(micros: 120)]), standing: []))
        #expect(account.record.reserved == Amount(micros: 380, images: 2) && account.record.spent.micros == 120)
        let lines = account.record.pending
        _ = account.apply(.settle(try settlement("job-1", ["a": Amount(micros: 320)], epoch: 2), standing: lines))
        #expect(account.record.reserved == .zero && account.record.spent.micros == 320)
    }

    @Test("months of the calendar, in UTC")
    func calendar() throws {
        let cases: [(Milliseconds, String)] = [
            (-5, "1970-01"), (0, "1970-01"), (2_678_399_999, "1970-01"), (2_678_400_000, "1970-02"),
            (951_782_399_999, "2000-02"), (951_868_799_999, "2000-02"), (951_868_800_000, "2000-03"),
            (1_709_164_800_000, "2024-02"), (1_709_251_200_000, "2024-03"), (1_767_225_599_999, "2025-12"),
            (1_767_225_600_000, "2026-01"), (.max, "9999-12"),
        ]
        for (instant, text) in cases { #expect(Month(of: instant).description == text) }
        #expect(Month("2026-12")?.next.description == "2027-01")
        for text in ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "2026-011", "20x6-01", "-026-01", "1969-12"] {
            #expect(Month(text) == nil)
        }
    }

    @Test("plans are read with their names and bounds; who was given none has the free one, the operator has all")
    func plans() throws {
        let own = try JSON.decode(
            [String: Plan].self,
            from: Array(
                #"{"pro": {"maxInFlight": 5, "imagesPerMonth": 100, "budgetMicrosPerMonth": 5000000}}"#.utf8))
        let book = try PlanBook(own)
        let ada = try OwnerID("ada")
        #expect(book.plan("pro", of: ada).maxInFlight == 5)
        #expect(book.plan(nil, of: ada) == .free && book.plan("no-such", of: ada) == .free)
        #expect(book.plan(nil, of: .local) == .unlimited && book.plan("free", of: .local) == .free)
        #expect(throws: InvalidRequest.self) { try PlanBook(["a b": Plan()]) }
        #expect(throws: InvalidRequest.self) { try PlanBook(["a": Plan(maxInFlight: 0)]) }
        #expect(throws: InvalidRequest.self) { try PlanBook(["a": Plan(imagesPerMonth: -1)]) }
        #expect(throws: InvalidRequest.self) { try PlanBook(["a": Plan(budgetMicrosPerMonth: -1)]) }
    }
}
