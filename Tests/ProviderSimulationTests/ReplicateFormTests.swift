import JSONCoding
import NIOCore
import Testing

@testable import ProviderSimulation

@Suite struct ReplicateFormTests {
    private struct NoPrediction: Error {}

    private let form = ReplicateForm()
    private static let digits = String(repeating: "0f", count: 32)

    private func read(
        _ body: String, path: String = "/v1/models/o/n/predictions", headers: [String: String] = [:],
        rules: AccessRules = AccessRules()
    ) throws -> ProviderCall {
        try readBoth(body, path: path, headers: headers, rules: rules).0
    }

    private func readBoth(
        _ body: String, path: String = "/v1/models/o/n/predictions", headers: [String: String] = [:],
        rules: AccessRules = AccessRules()
    ) throws -> (ProviderCall, PredictionRequest) {
        let target = try #require(form.target(ofPath: path))
        let all = headers.merging(["authorization": "Bearer k", "host": "sim:1"]) { given, _ in given }
        let (call, work) = try form.read(
            WireRequest(headers: all, query: [:], body: Array(body.utf8)), target: target, rules: rules)
        guard case .prediction(let request) = work else { throw NoPrediction() }
        return (call, request)
    }

    private func request(_ body: String, headers: [String: String] = [:]) throws -> PredictionRequest {
        try readBoth(body, headers: headers).1
    }

    @Test(arguments: [
        ("/v1/models/google/nano-banana/predictions", "google/nano-banana", "model"),
        ("/v1/deployments/acme/d/predictions", "acme/d", "deployment"), ("/v1/predictions", "", "version"),
    ]) func threeRoutesCreate(path: String, model: String, verb: String) {
        #expect(form.target(ofPath: path) == WireTarget(version: "v1", model: model, verb: verb))
    }

    @Test(arguments: ["/v1/models/o/predictions", "/v1/models//n/predictions", "/v2/predictions", "/predictions"])
    func otherPathsAreNotItsOwn(path: String) {
        #expect(form.target(ofPath: path) == nil)
    }

    @Test func theOtherRoutesAreTold() {
        typealias Route = ReplicateRoutes.Route
        #expect(Route(method: "GET", path: "/v1/predictions/abc") == .get("abc"))
        #expect(Route(method: "POST", path: "/v1/predictions/abc/cancel") == .cancel("abc"))
        #expect(Route(method: "GET", path: "/v1/predictions") == .list)
        #expect(Route(method: "GET", path: "/v1/models/o/n") == .model("o/n"))
        #expect(Route(method: "GET", path: "/v1/models/o/n/versions/x") == .version(model: "o/n", id: "x"))
        #expect(Route(method: "GET", path: "/v1/webhooks/default/secret") == .webhookSecret)
        #expect(Route(method: "POST", path: "/v1/predictions") == nil)
        #expect(Route(method: "GET", path: "/v1/predictions/") == nil)
    }

    @Test(arguments: [
        (digits, "simulated/model", digits), ("o/n:\(digits)", "o/n", digits), ("o/n", "o/n", "hidden"),
    ]) func versionsAreNamedInThreeWays(text: String, model: String, version: String) throws {
        let body = #"{"version": "\#(text)", "input": {"prompt": "p"}}"#
        let (call, prediction) = try readBoth(body, path: "/v1/predictions")
        #expect(call.model == model)
        #expect(prediction.version == version)
    }

    @Test func theInputIsRead() throws {
        let (call, prediction) = try readBoth(
            #"{"input": {"prompt": "p", "num_outputs": 3, "output_format": "jpg", "aspect_ratio": "16:9", "go_fast": true}}"#
        )
        #expect([call.count, call.width, call.height] == [3, 1344, 768])
        #expect(call.picture == .jpeg)
        #expect(prediction.wantsList == true)
        #expect(prediction.input["go_fast"] == true)
        #expect(prediction.origin == "http://sim:1")
        let sides = try read(#"{"input": {"prompt": "p", "width": 512, "height": 768, "aspect_ratio": "custom"}}"#)
        #expect([sides.width, sides.height] == [512, 768])
    }

    @Test func aLargeInputIsNotRepeated() throws {
        let data = String(repeating: "A", count: 20_000)
        let request = try request(#"{"input": {"prompt": "p", "image_input": ["data:image/png;base64,\#(data)"]}}"#)
        #expect(request.input == ["prompt": "p"])
    }

    @Test(arguments: [
        ("{}", 422), ("[", 400), (#"{"input": []}"#, 422), (#"{"input": {"prompt": 1}}"#, 422),
        (#"{"input": {"prompt": "p"}, "webhook": "ftp://x"}"#, 422),
        (#"{"input": {"prompt": "p"}, "webhook": "x"}"#, 422),
        (#"{"input": {"prompt": "p"}, "webhook_events_filter": ["end"]}"#, 422),
        (#"{"input": {"prompt": "p", "num_outputs": 0}}"#, 422),
        (#"{"input": {"prompt": "p", "width": 1, "height": 1}}"#, 422),
    ]) func badRequestsAreProblems(body: String, status: Int) throws {
        let refusal = #expect(throws: WireRefusal.self) { try read(body) }
        #expect(refusal?.status == status)
        #expect(refusal?.contentType == "application/problem+json")
        #expect(refusal?.body["status"] == .int(Int64(status)))
        #expect(refusal?.body["detail"]?.stringValue?.isEmpty == false)
    }

    @Test func keysVersionsAndModelsAreChecked() {
        let key = #expect(throws: WireRefusal.self) { try read("{}", headers: ["authorization": "Basic x"]) }
        #expect(key?.body["title"] == "Unauthenticated")
        let wrong = #expect(throws: WireRefusal.self) { try read("{}", rules: AccessRules(keys: ["other"])) }
        #expect(wrong?.status == 401)
        let model = #expect(throws: WireRefusal.self) {
            try read(#"{"input": {"prompt": "p"}}"#, rules: AccessRules(models: ["a/b"]))
        }
        #expect(model?.status == 404)
        let version = #expect(throws: WireRefusal.self) {
            try read(#"{"version": "abc", "input": {"prompt": "p"}}"#, path: "/v1/predictions")
        }
        #expect(version?.status == 422)
    }

    @Test(
        arguments: [
            (nil, nil), ("wait", 60), ("wait=5", 5), ("wait = 7", 7), ("wait=0", 1), ("wait=99", 60),
            ("respond-async", nil),
            ("respond-async, wait=3", 3),
        ] as [(String?, Int?)]) func preferencesAreRead(header: String?, seconds: Int?)
    {
        #expect(PredictionHeaders.wait(header) == seconds)
    }

    @Test(
        arguments: [
            ("30", 30), ("30s", 30), ("5m", 300), ("2h", 7_200), ("1m30s", 90), ("4s", nil), ("25h", nil), ("", nil),
            ("s", nil), ("1x", nil), ("-5", nil), ("9999999999999999999999", nil),
        ] as [(String, Int?)]) func deadlinesAreRead(header: String, seconds: Int?)
    {
        #expect(PredictionHeaders.cancelAfter(header) == seconds)
    }

    @Test func aBadDeadlineIsRefused() throws {
        #expect(throws: WireRefusal.self) {
            try request(#"{"input": {"prompt": "p"}}"#, headers: ["cancel-after": "1s"])
        }
        let good = try request(#"{"input": {"prompt": "p"}}"#, headers: ["cancel-after": "1m"])
        #expect(good.cancelAfter == 60)
    }

    @Test func webhooksDefaultToNewOutputsAndTheEnd() throws {
        let standard = try request(#"{"input": {"prompt": "p"}, "webhook": "http://127.0.0.1:9/hook"}"#)
        #expect(standard.webhook == "http://127.0.0.1:9/hook" && standard.events == [.output, .completed])
        let filtered = try request(
            #"{"input": {"prompt": "p"}, "webhook": "https://x.test/", "webhook_events_filter": ["start", "logs"]}"#)
        #expect(filtered.events == [.start, .logs])
    }

    @Test func hintsAreInTheBodyAndTheHeaders() throws {
        var fault = Fault(status: 429)
        (fault.retryInfoMs, fault.retryAfter, fault.messageHintMs) = (1_500, 4, 29_100)
        let answer = try ReplicateErrors.answer(fault)
        let body = try JSON.decode(JSONValue.self, from: answer.body.flatMap { Array($0.readableBytesView) })
        #expect(body["detail"] == "Request was throttled. Your rate limit resets in ~30s.")
        #expect(body["retry_after"] == 1.5)
        let headers = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
        #expect(headers == ["ratelimit-remaining": "0", "ratelimit-reset": "4", "retry-after": "4"])
    }
}
