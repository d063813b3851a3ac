import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Threads

/// Answers the providers' routes: reads and checks a call, records it, lets the director decide and performs that.
final class ProviderCalls: Sendable {
    let log = CallLog()
    let connections = ConnectionTable()
    let director: Locked<Director>
    let pool: BlockingPool
    let predictions: PredictionService
    private let pictures: PictureLibrary
    private let files = FileStore()
    let configuration: SimulatorConfiguration

    init(configuration: SimulatorConfiguration, scenario: Scenario) {
        self.configuration = configuration
        pool = BlockingPool(name: "simulator", threads: 1)
        pictures = PictureLibrary(files: scenario.files, pool: pool)
        let seed = configuration.seed ?? UInt64.random(in: 0...UInt64(Int64.max))
        director = Locked(Director(scenario: scenario, seed: seed))
        let sender = WebhookSender(
            signer: WebhookSigner(secret: configuration.webhookSecret) ?? .standard,
            firstPause: .milliseconds(configuration.webhookPauseMs))
        predictions = PredictionService(log: log, library: pictures, sender: sender)
    }

    /// - Returns: nil when the path is no provider's.
    func respond(to request: Request, channel: any Channel) async throws -> Response? {
        let path = request.uri.path
        let method = request.method.rawValue
        if let name = FileRoute.name(ofPath: path) {
            guard method == "GET" else { return try Self.wrongMethod("GET") }
            log.count { $0.byForm["files", default: FormSums()].others["download", default: 0] += 1 }
            return try await FileRoute(store: files, library: pictures)
                .respond(name, exchange: exchange(nil, channel))
        }
        if let route = ReplicateRoutes.Route(method: method, path: path) {
            return try await respond(to: route, request, channel: channel)
        }
        for form in WireForms.all {
            guard let target = form.target(ofPath: path) else { continue }
            guard method == "POST" else { return try Self.wrongMethod("POST") }
            return try await respond(to: request, form: form, target: target, channel: channel)
        }
        return nil
    }

    private static func wrongMethod(_ right: String) throws -> Response {
        try .failure(405, code: "method_not_allowed", "use \(right)", headers: [("allow", right)])
    }

    private func exchange(_ number: Int?, _ channel: any Channel) -> Exchange {
        // A connection that is gone from the table has no watch: its call is as good as aborted.
        Exchange(
            number: number, channel: channel, watch: connections.watch(of: channel) ?? PeerWatch(), log: log,
            longestHang: .seconds(configuration.longestHang))
    }

    private func respond(
        to route: ReplicateRoutes.Route, _ request: Request, channel: any Channel
    ) async throws -> Response {
        log.count { $0.byForm[ReplicateForm().name, default: FormSums()].others[route.name, default: 0] += 1 }
        let wire = WireRequest(headers: headers(of: request), query: query(of: request), body: [])
        let (rules, shape) = director.withLock { (Self.rules($0.scenario), $0.scenario.output) }
        return try await ReplicateRoutes(service: predictions, library: pictures, rules: rules, shape: shape)
            .respond(to: route, wire, exchange: exchange(nil, channel))
    }

    private func respond(
        to request: Request, form: any WireForm, target: WireTarget, channel: any Channel
    ) async throws -> Response {
        let bytes = try await body(of: request)
        let wire = WireRequest(headers: headers(of: request), query: query(of: request), body: bytes ?? [])
        let read = await read(bytes == nil ? nil : wire, form: form, target: target)
        let number = record(wire, path: request.uri.path, form: form, target: target, call: try? read.get().call)
        let exchange = exchange(number, channel)
        switch read {
        case .failure(let refusal): return try refuse(refusal, exchange)
        case .success(let (call, work)):
            return try await decideAndPerform(call, work, form: form, exchange: exchange, origin: wire.origin)
        }
    }

    private func decideAndPerform(
        _ call: ProviderCall, _ work: CallWork, form: any WireForm, exchange: Exchange, origin: String
    ) async throws -> Response {
        let (decision, scenario): (Director.Decision, Scenario)
        do throws(ScenarioError) {
            (decision, scenario) = try decide(call)
        } catch {
            return try refuseMarker(error, call, form: form, exchange)
        }
        exchange.note { record in
            record.callOfPrompt = decision.callOfPrompt
            record.decidedBy = decision.decidedBy
            record.ending = decision.script.ending.label
        }
        if let number = exchange.number, decision.script.ending.isBillable { log.bill(number, form: form.name) }
        let maker = PictureMaker(library: pictures, size: configuration.picture, standard: scenario.picture)
        let links = LinkMaker(store: files, library: pictures, origin: origin)
        switch work {
        case .answer(let form):
            return try await Performer(
                form: form, call: call, decision: decision, exchange: exchange, maker: maker, links: links
            ).respond()
        case .prediction(let request):
            return try await PredictionCreation(
                call: call, request: request, decision: decision, exchange: exchange, service: predictions, log: log,
                maker: maker, links: links, shape: scenario.output, longestHang: .seconds(configuration.longestHang)
            ).respond()
        }
    }

    private func refuseMarker(
        _ error: ScenarioError, _ call: ProviderCall, form: any WireForm, _ exchange: Exchange
    ) throws -> Response {
        var fault = Fault(status: 400)
        fault.message = error.description
        let answer = try form.fault(fault, to: call)
        exchange.note { record in
            record.status = answer.status
            record.cause = "bad marker"
        }
        exchange.end(.refused)
        return Response(answer, body: ResponseBody(contentsOf: answer.body))
    }

    private func decide(_ call: ProviderCall) throws(ScenarioError) -> (Director.Decision, Scenario) {
        let (decided, scenario) = try director.withLock { (director) throws(ScenarioError) in
            (try director.decide(prompt: call.prompt, model: call.model), director.scenario)
        }
        var decision = decided
        if configuration.delayMs > 0 {
            decision.script.pauses.insert(.fixed(milliseconds: configuration.delayMs), at: 0)
        }
        return (decision, scenario)
    }

    private func refuse(_ refusal: WireRefusal, _ exchange: Exchange) throws -> Response {
        exchange.note { record in
            record.status = refusal.status
            record.cause = refusal.cause
        }
        exchange.end(.refused)
        let answer = try refusal.answer()
        return Response(answer, body: ResponseBody(contentsOf: answer.body))
    }
}
