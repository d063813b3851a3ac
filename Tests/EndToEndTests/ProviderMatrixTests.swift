import JSONCoding
import Testing

/// Every adapter against everything that the simulator can do wrong: what came of it, after how many calls, for how much
/// money. The cells are generated; a cell's expectation follows from what kind of misbehaviour it is.
@Suite("Every provider, every misbehaviour")
struct ProviderMatrixTests {
    enum Form: String, CaseIterable {
        case gemini
        case imagen
        case replicate
        case openai

        func settings(_ simulator: String) -> [String: String] {
            switch self {
            case .gemini, .imagen:
                ["GEMINI_API_KEY": Secrets.gemini, "GEMINI_BASE_URL": simulator]
            case .replicate:
                ["REPLICATE_API_TOKEN": Secrets.replicate, "REPLICATE_BASE_URL": simulator]
            case .openai:
                ["OPENAI_API_KEY": Secrets.openai, "OPENAI_BASE_URL": simulator + "/v1"]
            }
        }

        var model: String { self == .replicate ? "maker/pictures" : "m1" }
    }

    /// What a misbehaviour must come to.
    enum Expected: Equatable {
        /// A picture at the last of so many calls.
        case made(calls: Int)
        case parked
        /// Failed at once: trying again cannot help.
        case hopeless
        /// Tried as often as allowed, and failed; so often it was paid for, for certain or perhaps.
        case exhausted(Bill)
    }

    enum Bill: Equatable {
        case none
        case certain
        case perhaps
        /// Not for certain; perhaps, where a machine under load kept the provider's word from us.
        case unpaid
    }

    private static let attempts = 2
    private static let price: Int64 = 39_000

    private static let cells: [(marker: String, expected: Expected)] = [
        ("ok", .made(calls: 1)), ("png", .made(calls: 1)), ("jpeg", .made(calls: 1)), ("delay 200", .made(calls: 1)),
        ("flaky 1", .made(calls: 2)), ("flaky 1 status 429", .made(calls: 2)), ("flaky 1 reset", .made(calls: 2)),
        ("flaky 1 truncated-image", .made(calls: 2)), ("prompt-blocked", .parked), ("image-blocked", .parked),
        ("status 400", .hopeless), ("status 401", .hopeless), ("status 402", .hopeless), ("status 403", .hopeless),
        ("status 404", .hopeless), ("status 422", .hopeless), ("status 429", .exhausted(.none)),
        ("status 500", .exhausted(.none)), ("status 502", .exhausted(.none)), ("status 503", .exhausted(.none)),
        ("hang-before-headers", .exhausted(.perhaps)), ("hang-after-headers", .exhausted(.perhaps)),
        ("drip", .exhausted(.perhaps)), ("close-before-headers", .exhausted(.perhaps)),
        ("reset", .exhausted(.perhaps)), ("close-mid-body", .exhausted(.perhaps)),
        ("truncated-image", .exhausted(.certain)), ("damaged-image", .exhausted(.certain)),
        ("not-an-image", .exhausted(.certain)), ("huge-image", .exhausted(.certain)),
        ("not-json", .exhausted(.none)), ("empty-body", .exhausted(.none)),
    ]

    @Test(arguments: Form.allCases)
    func everyCell(_ form: Form) async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "ok"])
            let settings = form.settings(simulator.url).merging([
                "DARKROOM_\(form.rawValue.uppercased())_MODEL": form.model,
                "DARKROOM_PRICES": "\(form.rawValue)/*=\(Self.price)", "DARKROOM_RATE_LIMIT": "off",
                "DARKROOM_CIRCUIT_BREAKER": "off", "DARKROOM_ATTEMPT_TIMEOUT": "5",
                "DARKROOM_MAX_ATTEMPTS": "\(Self.attempts)", "DARKROOM_BACKOFF_FIRST": "0.05",
                "DARKROOM_BACKOFF_CAP": "0.2",
            ]) { $1 }
            let worker = try await rig.serve(
                "worker", ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", form.rawValue],
                settings: settings)
            let receiver = try await rig.receiver()
            let base = worker.descriptors
            let file = try rig.file(Self.document())
            let created = try await rig.initiator("create", file, "--worker", worker.url, "--receiver", receiver.url)
            #expect(created.code == 0, "\(created.errors)")
            let job = try await JobReader(server: receiver.url, caseID: "matrix").final()
            let calls = try await simulator.calls()
            for (index, cell) in Self.cells.enumerated() {
                let asset = try #require(job["assets"]?[index])
                Self.check(asset, cell, form, calls: calls)
            }
            try await simulator.wait("inProgress", is: 0)
            try await eventually("the worker's descriptors to be \(base) again") {
                worker.descriptors <= base ? true : nil
            }
            for text in [worker.process.errors.value.text, receiver.process.errors.value.text, "\(job)"] {
                for secret in Secrets.all { #expect(!text.contains(secret), "a secret of \(form) shows") }
            }
        }
    }

    private static func document() -> JSONValue {
        let items = cells.enumerated().map { index, cell -> JSONValue in
            [
                "id": .string("cell-\(index)"), "name": .string("Cell \(index)"),
                "description": .string("cell number \(index) of the matrix [[sim: \(cell.marker)]]"),
            ]
        }
        return ["caseId": "matrix", "evidence": .array(items), "locations": []]
    }

    private static func check(
        _ asset: JSONValue, _ cell: (marker: String, expected: Expected), _ form: Form, calls: [ProviderCall]
    ) {
        let name = "\(form) [\(cell.marker)]: \(asset)"
        let status = asset.text("status")
        let attempts = Int(asset.number("attempts"))
        let cost = asset["cost"]
        let paid = cost?.number("micros") ?? 0
        let perhaps = cost?.number("possiblyBilled") ?? 0
        let mine = calls.filter { $0.isOrder && $0.prompt.contains("[[sim: \(cell.marker)]]") }.count
        #expect(mine == attempts, "\(name): \(mine) calls at the provider")
        switch cell.expected {
        case .made(let calls):
            #expect(status == "generated" && attempts == calls, "\(name)")
            #expect(paid >= price, "\(name)")
        case .parked: #expect(status == "needs_prompt_update" && attempts == 1 && paid == 0, "\(name)")
        case .hopeless: #expect(status == "failed" && attempts == 1 && paid == 0 && perhaps == 0, "\(name)")
        case .exhausted(let usual):
            let bill = form == .replicate ? replicateBill(cell.marker, usual) : usual
            #expect(status == "failed" && attempts == Self.attempts, "\(name)")
            switch bill {
            case .none: #expect(paid == 0 && perhaps == 0, "\(name)")
            case .certain: #expect(paid == price * Int64(attempts) && perhaps == 0, "\(name)")
            case .perhaps: #expect(paid + perhaps > 0, "\(name)")
            case .unpaid: #expect(paid == 0 && perhaps <= Int64(attempts), "\(name)")
            }
        }
    }

    /// Replicate can be asked: a prediction that hung was canceled, and it says so. But its answer to an order, once it is
    /// lost, takes the id with it.
    private static func replicateBill(_ marker: String, _ usual: Bill) -> Bill {
        switch marker {
        case "hang-before-headers", "hang-after-headers": .unpaid
        case "not-json", "empty-body": .perhaps
        default: usual
        }
    }

    private enum Secrets {
        static let gemini = "gemini-key-4f1c77"
        static let replicate = "r8_secret_99aa31"
        static let openai = "sk-secret-0b7712"
        static let all = [gemini, replicate, openai]
    }
}

extension ProviderCall {
    /// Whether it asked for a picture; Replicate's questions are recorded too.
    var isOrder: Bool { document.text("method") != "GET" && !document.text("path").hasSuffix("/cancel") }
}
