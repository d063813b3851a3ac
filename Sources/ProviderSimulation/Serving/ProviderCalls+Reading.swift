import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Threads

/// What is taken from a request, and what is kept of it.
extension ProviderCalls {
    /// Larger bodies are parsed off the cooperative pool.
    private static let parseInline = 128 << 10

    /// nil when it is larger than allowed.
    func body(of request: Request) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= configuration.maxBodyBytes else { return nil }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    func read(
        _ wire: WireRequest?, form: any WireForm, target: WireTarget
    ) async -> Result<(call: ProviderCall, work: CallWork), WireRefusal> {
        let rules = director.withLock { Self.rules($0.scenario) }
        guard let wire else { return .failure(form.payloadTooLarge(limit: configuration.maxBodyBytes, rules: rules)) }
        let work: @Sendable () -> Result<(call: ProviderCall, work: CallWork), WireRefusal> = {
            Result { () throws(WireRefusal) in try form.read(wire, target: target, rules: rules) }
        }
        return wire.body.count > Self.parseInline ? await pool.run(work) : work()
    }

    static func rules(_ scenario: Scenario) -> AccessRules {
        AccessRules(keys: scenario.keys, models: scenario.models, flavor: scenario.flavor)
    }

    func headers(of request: Request) -> [String: String] {
        // Swift's HTTP types keep the host apart from the other fields.
        let host = request.head.authority.map { ["host": $0] } ?? [:]
        return request.headers.reduce(into: host) { $0[$1.name.canonicalName] = $1.value }
    }

    func query(of request: Request) -> [String: String] {
        request.uri.queryParameters.reduce(into: [:]) { $0[String($1.key)] = String($1.value) }
    }

    func record(
        _ wire: WireRequest, path: String, form: any WireForm, target: WireTarget, call: ProviderCall?
    ) -> Int {
        let elapsed = log.elapsedMs
        let body = recordedBody(wire.body)
        return log.begin { number in
            CallRecord(
                number: number, form: form.name, timeMs: UnixTime.milliseconds, startedMs: elapsed, path: path,
                model: call?.model ?? target.model,
                prompt: String((call?.prompt ?? "").prefix(CallRecord.longestPrompt)),
                headers: wire.headers.keys.sorted(), keyLength: form.key(of: wire)?.utf8.count ?? 0,
                bodyBytes: wire.body.count, body: body)
        }
    }

    func recordedBody(_ bytes: [UInt8]) -> JSONValue? {
        guard configuration.recordBodies, bytes.count <= CallRecord.longestBody else { return nil }
        // What is no JSON has been refused and is recorded as such.
        return try? JSON.decode(JSONValue.self, from: bytes)
    }
}
