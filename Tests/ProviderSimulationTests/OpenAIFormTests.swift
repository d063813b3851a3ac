import JSONCoding
import NIOCore
import Testing

@testable import ProviderSimulation

@Suite struct OpenAIFormTests {
    private let form = OpenAIForm()
    private let target = WireTarget(version: "v1", model: "", verb: "generate")

    private func read(
        _ body: String, key: String? = "k", flavor: OpenAIFlavor = .openai, keys: Set<String>? = nil
    ) throws(WireRefusal) -> ProviderCall {
        let headers = key.map { ["authorization": "Bearer \($0)"] } ?? [:]
        return try form.readCall(
            WireRequest(headers: headers, query: [:], body: Array(body.utf8)), target: target,
            rules: AccessRules(keys: keys, flavor: flavor))
    }

    private func refused(
        _ body: String, key: String? = "k", flavor: OpenAIFlavor = .openai, keys: Set<String>? = nil
    ) -> WireRefusal? {
        #expect(throws: WireRefusal.self) { try read(body, key: key, flavor: flavor, keys: keys) }
    }

    private func json(_ answer: Answer) throws -> JSONValue {
        try JSON.decode(JSONValue.self, from: answer.body.flatMap { Array($0.readableBytesView) })
    }

    private func call(_ flavor: OpenAIFlavor) -> ProviderCall {
        var call = ProviderCall(model: "m", version: "v1", prompt: "p")
        call.flavor = flavor
        return call
    }

    @Test func anyBaseIsTaken() {
        #expect(form.target(ofPath: "/v1/images/generations")?.version == "v1")
        #expect(form.target(ofPath: "/images/generations")?.version == "")
        #expect(form.target(ofPath: "/v1/images/edits") == nil)
    }

    @Test func aRequestIsRead() throws {
        let call = try read(
            """
            {"prompt": "p", "model": "gpt-image-1.5", "n": 2, "size": "1536x1024", "quality": "high",
             "output_format": "jpeg", "output_compression": 80, "background": "opaque", "moderation": "low", "user": "u"}
            """)
        #expect([call.width, call.height, call.count] == [1536, 1024, 2])
        #expect(call.picture == .jpeg)
        #expect(!call.byURL)
        #expect(
            call.repeated == [
                "size": "1536x1024", "quality": "high", "output_format": "jpeg", "background": "opaque",
            ])
    }

    @Test(arguments: [
        (#"{"prompt": "p", "model": "dall-e-3"}"#, OpenAIFlavor.openai, true),
        (#"{"prompt": "p", "model": "dall-e-3", "response_format": "b64_json"}"#, .openai, false),
        (#"{"prompt": "p", "model": "m"}"#, .openai, false),
        (#"{"prompt": "p", "model": "m", "response_format": "url"}"#, .openai, true),
        (#"{"prompt": "p"}"#, .localai, true), (#"{"prompt": "p", "response_format": "b64_json"}"#, .localai, false),
        (#"{"prompt": "p", "response_format": "url"}"#, .vllm, false), (#"{"prompt": "p"}"#, .sdcpp, false),
    ]) func whoAnswersURLs(body: String, flavor: OpenAIFlavor, byURL: Bool) throws {
        #expect(try read(body, flavor: flavor).byURL == byURL)
    }

    @Test(arguments: [
        ("{}", "prompt", "missing_required_parameter"), (#"{"prompt": "p", "seed": 1}"#, "seed", "unknown_parameter"),
        (#"{"prompt": "p", "n": 11}"#, "n", "invalid_value"), (#"{"prompt": "p", "n": "2"}"#, "n", "invalid_value"),
        (#"{"prompt": "p", "size": "100x100"}"#, "size", "invalid_value"),
        (#"{"prompt": "p", "size": "256x1024"}"#, "size", "invalid_value"),
        (#"{"prompt": "p", "output_format": "webp"}"#, "output_format", "invalid_value"),
        (#"{"prompt": "p", "model": "gpt-image-1", "response_format": "url"}"#, "response_format", "unknown_parameter"),
        (#"{"prompt": "p", "stream": true}"#, "stream", "invalid_value"),
    ]) func badFieldsAreNamed(body: String, field: String, code: String) throws {
        let refusal = try #require(refused(body))
        #expect(refusal.status == 400)
        #expect(refusal.body["error"]?["param"]?.stringValue == field)
        #expect(refusal.body["error"]?["code"]?.stringValue == code)
        #expect(refusal.body["error"]?["type"] == "invalid_request_error")
        #expect(refusal.headers.map(\.name) == ["x-request-id"])
    }

    @Test func keysAreAskedForByTheServiceAndByServersThatHaveOne() throws {
        #expect(refused("{}", key: nil)?.status == 401)
        #expect(refused("{}", keys: ["other"])?.body["error"]?["code"] == "invalid_api_key")
        #expect(try read(#"{"prompt": "p"}"#, key: nil, flavor: .sdcpp).prompt == "p")
        #expect(refused("{}", key: nil, flavor: .vllm, keys: ["k"])?.body == ["detail": .string(Self.noKey)])
    }

    private static let noKey =
        "You didn't provide an API key. You need to provide your API key in an Authorization header."

    @Test func selfHostedServersPassOverUnknownFieldsAndHaveTheirOwnErrors() throws {
        #expect(try read(#"{"prompt": "p", "num_inference_steps": 4}"#, flavor: .vllm).prompt == "p")
        let missing = try #require(refused("{}", flavor: .vllm))
        #expect(missing.status == 422)
        #expect(missing.body["detail"]?[0]?["loc"] == ["body", "prompt"])
        #expect(refused("{}", flavor: .sdcpp)?.body == ["error": "Missing required parameter: 'prompt'."])
        #expect(refused("{}", flavor: .localai)?.body["error"]?["message"] != nil)
        let failure = try json(try form.fault(Fault(status: 500), to: call(.sdcpp)))
        #expect(failure["error"] == "server_error" && failure["message"] != nil)
    }

    @Test func refusalsAreErrors() throws {
        let prompt = try form.answer(.promptBlocked(reason: nil), to: call(.openai), id: 1)
        #expect(prompt.status == 400)
        let error = try #require(try json(prompt)["error"])
        #expect(error["code"] == "moderation_blocked" && error["type"] == "image_generation_user_error")
        #expect(error["moderation_details"]?["moderation_stage"] == "input")
        let image = try json(try form.answer(.imageBlocked(reason: nil), to: call(.openai), id: 1))
        #expect(image["error"]?["moderation_details"]?["moderation_stage"] == "output")
        let old = try json(
            try form.answer(.promptBlocked(reason: "content_policy_violation"), to: call(.openai), id: 1))
        #expect(old["error"]?["type"] == "invalid_request_error" && old["error"]?["moderation_details"] == nil)
        let gateway = try form.answer(.text("no"), to: call(.openai), id: 1)
        #expect(gateway.status == 500)
        #expect(try json(gateway)["error"]?["message"]?.stringValue == OpenAIErrors.safetyText)
    }

    @Test func hintsAreHeaders() throws {
        var fault = Fault(status: 429)
        (fault.retryInfoMs, fault.retryAfter, fault.messageHintMs, fault.quotaId) = (90_500, 3, 1_500, "images")
        let answer = try form.fault(fault, to: call(.openai))
        let headers = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
        #expect(headers["retry-after"] == "3" && headers["retry-after-ms"] == "90500")
        #expect(headers["x-ratelimit-remaining-images"] == "0" && headers["x-ratelimit-reset-images"] == "1m30.500s")
        let error = try #require(try json(answer)["error"])
        #expect(error["code"] == "rate_limit_exceeded")
        #expect(error["message"]?.stringValue?.hasSuffix("Please try again in 1.500s.") == true)
        fault.reason = "insufficient_quota"
        #expect(try json(try form.fault(fault, to: call(.openai)))["error"]?["type"] == "insufficient_quota")
    }

    @Test(arguments: [(120, "120ms"), (1_000, "1s"), (360_000, "6m0s"), (61_250, "1m1.250s")])
    func durationsAreWrittenAsTheServiceWritesThem(milliseconds: Int, text: String) {
        #expect(OpenAIErrors.duration(milliseconds) == text)
    }

    @Test func answersHaveTheirFlavor() throws {
        let picture = EncodedPicture(mimeType: "image/png", base64: ByteBuffer(string: "QUJD"))
        let openai = try json(try form.answer(.pictures([picture]), to: call(.openai), id: 1))
        #expect(openai["data"] == [["b64_json": "QUJD"]])
        #expect(openai["usage"]?["total_tokens"] == 1_057)
        let vllm = try json(try form.answer(.pictures([picture]), to: call(.vllm), id: 1))
        #expect(vllm["data"] == [["b64_json": "QUJD", "url": nil, "revised_prompt": nil]])
        let localai = try json(try form.answer(.links(["/generated-images/a.png"]), to: call(.localai), id: 4))
        #expect(localai["data"] == [["url": "/generated-images/a.png"]])
        #expect(localai["id"] == "sim-4")
        #expect(try json(try form.answer(.noPicture, to: call(.openai), id: 1))["data"] == [])
    }
}
