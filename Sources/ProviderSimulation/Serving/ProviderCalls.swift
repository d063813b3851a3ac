import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Threads

/// Answers the provider's routes: reads and checks a call, records it, lets the director decide and performs that.
final class ProviderCalls: Sendable {
    let log = CallLog()
    let connections = ConnectionTable()
    let director: Locked<Director>
    let pool: BlockingPool
    private let pictures: PictureLibrary
    private let configuration: SimulatorConfiguration
    /// Larger bodies are parsed off the cooperative pool.
    private static let parseInline = 128 << 10

    init(configuration: SimulatorConfiguration, scenario: Scenario) {
        self.configuration = configuration
        pool = BlockingPool(name: "simulator", threads: 1)
        pictures = PictureLibrary(files: scenario.files, pool: pool)
        let seed = configuration.seed ?? UInt64.random(in: 0...UInt64(Int64.max))
        director = Locked(Director(scenario: scenario, seed: seed))
    }

    /// - Returns: nil when the path is no provider's.
    func respond(to request: Request, channel: any Channel) async throws -> Response? {
        let path = request.uri.path
        for form in WireForms.all {
            guard let target = form.target(ofPath: path) else { continue }
            let method = form.method(of: target)
            guard request.method.rawValue == method else {
                return try .failure(405, code: "method_not_allowed", "use \(method)", headers: [("allow", method)])
            }
            return try await respond(to: request, form: form, target: target, channel: channel)
        }
        return nil
    }

    private func respond(
        to request: Request, form: any WireForm, target: WireTarget, channel: any Channel
    ) async throws -> Response {
        let bytes = try await body(of: request)
        let wire = WireRequest(headers: headers(of: request), query: query(of: request), body: bytes ?? [])
        let read = await read(bytes == nil ? nil : wire, form: form, target: target)
        let number = record(wire, path: request.uri.path, form: form, target: target, call: try? read.get())
        // A connection that is gone from the table has no watch: its call is as good as aborted.
        let watch = connections.watch(of: channel) ?? PeerWatch()
        let exchange = Exchange(
            number: number, channel: channel, watch: watch, log: log,
            longestHang: .seconds(configuration.longestHang))
        switch read {
        case .failure(let refusal): return try refuse(refusal, exchange)
        case .success(let call): return try await perform(call, form: form, exchange: exchange)
        }
    }

    private func perform(_ call: ProviderCall, form: any WireForm, exchange: Exchange) async throws -> Response {
        var (decision, picture): (Director.Decision, PictureChoice)
        do throws(ScenarioError) {
            (decision, picture) = try director.withLock { (director) throws(ScenarioError) in
                (try director.decide(prompt: call.prompt, model: call.model), director.scenario.picture)
            }
        } catch {
            var fault = Fault(status: 400)
            fault.message = error.description
            let answer = try form.fault(fault, model: call.model)
            exchange.note { record in
                record.status = answer.status
                record.cause = "bad marker"
            }
            exchange.end(.refused)
            return Response(answer, body: ResponseBody(contentsOf: answer.body))
        }
        if configuration.delayMs > 0 {
            decision.script.pauses.insert(.fixed(milliseconds: configuration.delayMs), at: 0)
        }
        let decided = decision
        exchange.note { record in
            record.callOfPrompt = decided.callOfPrompt
            record.decidedBy = decided.decidedBy
            record.ending = decided.script.ending.label
        }
        return try await Performer(
            form: form, call: call, decision: decision, exchange: exchange, pictures: pictures,
            defaultPicture: picture, size: configuration.picture
        ).respond()
    }

    private func refuse(_ refusal: WireRefusal, _ exchange: Exchange) throws -> Response {
        exchange.note { record in
            record.status = refusal.status
            record.cause = refusal.cause
        }
        exchange.end(.refused)
        return try Response(status: refusal.status, json: refusal.body)
    }

    // MARK: Reading

    /// nil when it is larger than allowed.
    private func body(of request: Request) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= configuration.maxBodyBytes else { return nil }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    private func read(
        _ wire: WireRequest?, form: any WireForm, target: WireTarget
    ) async -> Result<ProviderCall, WireRefusal> {
        guard let wire else { return .failure(form.payloadTooLarge(limit: configuration.maxBodyBytes)) }
        let rules = director.withLock { AccessRules(keys: $0.scenario.keys, models: $0.scenario.models) }
        let work: @Sendable () -> Result<ProviderCall, WireRefusal> = {
            Result { () throws(WireRefusal) in try form.read(wire, target: target, rules: rules) }
        }
        return wire.body.count > Self.parseInline ? await pool.run(work) : work()
    }

    private func headers(of request: Request) -> [String: String] {
        // Swift's HTTP types keep the host apart from the other fields.
        let host = request.head.authority.map { ["host": $0] } ?? [:]
        return request.headers.reduce(into: host) { $0[$1.name.canonicalName] = $1.value }
    }

    private func query(of request: Request) -> [String: String] {
        request.uri.queryParameters.reduce(into: [:]) { $0[String($1.key)] = String($1.value) }
    }

    private func record(
        _ wire: WireRequest, path: String, form: any WireForm, target: WireTarget, call: ProviderCall?
    ) -> Int {
        let elapsed = log.elapsedMs
        let body = recordedBody(wire.body)
        return log.begin { number in
            CallRecord(
                number: number, form: form.name, timeMs: UnixTime.milliseconds, startedMs: elapsed, path: path,
                model: target.model, prompt: String((call?.prompt ?? "").prefix(CallRecord.longestPrompt)),
                headers: wire.headers.keys.sorted(), keyLength: form.key(of: wire)?.utf8.count ?? 0,
                bodyBytes: wire.body.count, body: body)
        }
    }

    private func recordedBody(_ bytes: [UInt8]) -> JSONValue? {
        guard configuration.recordBodies, bytes.count <= CallRecord.longestBody else { return nil }
        // What is no JSON has been refused and is recorded as such.
        return try? JSON.decode(JSONValue.self, from: bytes)
    }
}
