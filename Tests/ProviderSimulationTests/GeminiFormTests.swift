import JSONCoding
import NIOCore
import Testing

@testable import ProviderSimulation

@Suite struct GeminiFormTests {
    private let form = GeminiForm()
    private let target = WireTarget(version: "v1beta", model: "m", verb: "generateContent")
    private let call = ProviderCall(model: "m", version: "v1", prompt: "p")
    private static let part = #""contents": [{"parts": [{"text": "p"}]}]"#

    private func read(
        _ body: String, key: String? = "k", rules: AccessRules = AccessRules()
    ) throws(WireRefusal) -> ProviderCall {
        let headers = key.map { ["x-goog-api-key": $0] } ?? [:]
        return try form.readCall(
            WireRequest(headers: headers, query: [:], body: Array(body.utf8)), target: target, rules: rules)
    }

    private func refused(_ body: String, key: String? = "k", rules: AccessRules = AccessRules()) -> WireRefusal? {
        #expect(throws: WireRefusal.self) { try read(body, key: key, rules: rules) }
    }

    private func json(_ answer: Answer) throws -> JSONValue {
        let bytes = answer.body.flatMap { Array($0.readableBytesView) }
        return try JSON.decode(JSONValue.self, from: bytes)
    }

    @Test(arguments: [
        ("/v1beta/models/gemini-2.5-flash-image:generateContent", "v1beta", "gemini-2.5-flash-image"),
        ("/v1/models/a:b:generateContent", "v1", "a:b"),
    ]) func bothVersionsAreSpoken(path: String, version: String, model: String) {
        #expect(form.target(ofPath: path) == WireTarget(version: version, model: model, verb: "generateContent"))
    }

    @Test(arguments: [
        "/", "/v1beta/models/m", "/v1beta/models/:generateContent", "/v2/models/m:generateContent",
        "/v1beta/models/m:predict", "/v1beta/models/m:generateContent/", "/v1beta/tuned/m:generateContent",
    ]) func otherPathsAreNotItsOwn(path: String) {
        #expect(form.target(ofPath: path) == nil)
    }

    @Test func aFullRequestIsRead() throws {
        let call = try read(
            """
            {"contents": [{"role": "user", "parts": [{"text": "one"}, {"inlineData": {"mimeType": "image/png",
              "data": "AAEC"}}, {"text": "two"}]}],
             "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"}],
             "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], "candidateCount": 1, "seed": 7,
              "temperature": 1, "imageConfig": {"aspectRatio": "16:9", "imageSize": "1K"}}}
            """)
        #expect(call.prompt == "one\ntwo")
        #expect([call.width, call.height] == [1344, 768])
        #expect(call.wantsPicture)
    }

    @Test func snakeCaseAndASingleContentAreTakenAsProtobufTakesThem() throws {
        let call = try read(
            """
            {"contents": {"parts": {"text": "p"}}, "generation_config": {"response_modalities": ["TEXT"],
             "image_config": {"aspect_ratio": "9:16"}}}
            """)
        #expect(call.prompt == "p")
        #expect(!call.wantsPicture)
        #expect([call.width, call.height] == [768, 1344])
    }

    @Test func aMissingKeyIsForbiddenAndAWrongOneInvalid() throws {
        let missing = try #require(refused("{}", key: nil))
        #expect(missing.status == 403)
        #expect(missing.body["error"]?["status"] == "PERMISSION_DENIED")
        let wrong = try #require(refused("{}", key: "x", rules: AccessRules(keys: ["k"])))
        #expect(wrong.status == 400)
        #expect(wrong.body["error"]?["message"] == "API key not valid. Please pass a valid API key.")
        #expect(wrong.body["error"]?["details"]?[0]?["reason"] == "API_KEY_INVALID")
        #expect(try read("{\(Self.part)}", key: "k", rules: AccessRules(keys: ["k"])).prompt == "p")
    }

    @Test func theKeyMayStandInTheQuery() {
        let request = WireRequest(headers: [:], query: ["key": "q"], body: [])
        #expect(form.key(of: request) == "q")
    }

    @Test func anUnknownModelIsNotFound() throws {
        let unknown = try #require(refused("{}", rules: AccessRules(models: ["other"])))
        #expect(unknown.status == 404)
        #expect(unknown.body["error"]?["status"] == "NOT_FOUND")
        #expect(unknown.body["error"]?["message"]?.stringValue?.hasPrefix("models/m is not found") == true)
    }

    @Test(arguments: [
        ("{}", "* GenerateContentRequest.contents: contents is not specified\n"),
        (#"{"contents": []}"#, "* GenerateContentRequest.contents: contents is not specified\n"),
        (
            #"{"contents": [{"role": "user"}]}"#,
            "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"
        ),
        (
            #"{\#(part), "prompt": "x"}"#,
            "Invalid JSON payload received. Unknown name \"prompt\": Cannot find field."
        ),
        (
            #"{\#(part), "generationConfig": {"imageConfig": {"personGeneration": "ALLOW_ALL"}}}"#,
            "Invalid JSON payload received. Unknown name \"personGeneration\" at 'generation_config.image_config': "
                + "Cannot find field."
        ),
        (
            #"{"contents": [{"parts": [{"txt": "p"}]}]}"#,
            "Invalid JSON payload received. Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field."
        ),
        (
            #"{"contents": [{"parts": [{"text": 5}]}]}"#,
            "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"
        ),
        (
            #"{"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "%"}}]}]}"#,
            "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for value"
        ),
        (#"{"contents": [{"role": "me", "parts": [{"text": "p"}]}]}"#, "Please use a valid role: user, model."),
        (
            #"{\#(part), "generationConfig": {"imageConfig": {"imageSize": "8K"}}}"#,
            "* GenerateContentRequest.generation_config.image_config.image_size: "
                + "image_size must be one of '1K', '2K', '4K'.\n"
        ),
    ]) func aBadFieldIsRefusedInTheServicesWords(body: String, message: String) throws {
        let refusal = try #require(refused(body))
        #expect(refusal.status == 400)
        #expect(refusal.cause == "INVALID_ARGUMENT")
        #expect(refusal.body["error"]?["message"]?.stringValue == message)
    }

    @Test func badEnumerationsRatiosAndSyntaxAreRefused() throws {
        let threshold =
            #"{\#(Self.part), "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "X"}]}"#
        let wrongEnum = try #require(refused(threshold))
        #expect(
            wrongEnum.body["error"]?["details"]?[0]?["fieldViolations"]?[0]?["field"] == "safety_settings[0].threshold")
        let ratio = try #require(
            refused(#"{\#(Self.part), "generationConfig": {"imageConfig": {"aspectRatio": "5:1"}}}"#))
        let place =
            "* GenerateContentRequest.generation_config.image_config.aspect_ratio: aspect_ratio must be one of '16:9'"
        #expect(ratio.body["error"]?["message"]?.stringValue?.hasPrefix(place) == true)
        let syntax = try #require(refused("{"))
        #expect(syntax.body["error"]?["message"]?.stringValue?.hasPrefix("Invalid JSON payload received.") == true)
    }

    @Test func aPictureIsSplicedIntoTheDocument() throws {
        let call = ProviderCall(model: "m", version: "v1", prompt: "12345678")
        let picture = EncodedPicture(mimeType: "image/jpeg", base64: ByteBuffer(string: "QUJD"))
        let answer = try form.answer(.pictures([picture]), to: call, id: 4)
        #expect(answer.body.count == 3)
        let document = try json(answer)
        let candidate = document["candidates"]?[0]
        #expect(candidate?["finishReason"] == "STOP")
        #expect(candidate?["content"]?["parts"]?[0]?["inlineData"] == ["mimeType": "image/jpeg", "data": "QUJD"])
        #expect(document["usageMetadata"]?["promptTokenCount"] == 2)
        #expect(document["usageMetadata"]?["totalTokenCount"] == 1_292)
        #expect(document["modelVersion"] == "m")
        #expect(document["responseId"] == "sim-4")
    }

    @Test func aThoughtGoesBeforeThePicture() throws {
        let picture = EncodedPicture(mimeType: "image/png", base64: ByteBuffer(string: "QUJD"))
        let document = try json(try form.answer(.thoughtThenPicture(picture), to: call, id: 1))
        let parts = try #require(document["candidates"]?[0]?["content"]?["parts"]?.arrayValue)
        #expect(parts.map { $0["thought"] } == [true, true, nil])
        #expect(parts[2]["inlineData"]?["data"] == "QUJD")
        let sketch = try #require(parts[1]["inlineData"]?["data"]?.stringValue.flatMap { Base64.decode($0) })
        #expect(try PNGReader(sketch).size?.width == 8)
    }

    @Test func refusalsAreStatus200InThreeShapes() throws {
        let prompt = try form.answer(.promptBlocked(reason: "SAFETY"), to: call, id: 1)
        #expect(prompt.status == 200)
        #expect(try json(prompt)["promptFeedback"] == ["blockReason": "SAFETY"])
        #expect(try json(prompt)["candidates"] == nil)
        let image = try json(try form.answer(.imageBlocked(reason: "IMAGE_SAFETY"), to: call, id: 1))
        #expect(image["candidates"]?[0]?["finishReason"] == "IMAGE_SAFETY")
        #expect(image["candidates"]?[0]?["content"] == nil)
        let words = try json(try form.answer(.text("no"), to: call, id: 1))
        #expect(words["candidates"]?[0]?["finishReason"] == "STOP")
        #expect(words["candidates"]?[0]?["content"]?["parts"] == [["text": "no"]])
    }

    @Test func aRateLimitCarriesTheHintsAskedFor() throws {
        var fault = Fault(status: 429)
        #expect(try json(try form.fault(fault, to: call))["error"]?["details"] == nil)
        (fault.retryInfoMs, fault.retryAfter, fault.messageHintMs) = (1_050, 3, 56_180)
        fault.quotaId = "PerDay"
        let answer = try form.fault(fault, to: call)
        let error = try #require(try json(answer)["error"])
        #expect(answer.status == 429)
        #expect(answer.headers.first?.name == "retry-after")
        #expect(answer.headers.first?.value == "3")
        #expect(error["code"] == 429)
        #expect(error["status"] == "RESOURCE_EXHAUSTED")
        #expect(error["message"]?.stringValue?.hasSuffix("Please retry in 56.180s.") == true)
        #expect(error["details"]?[0]?["violations"]?[0]?["quotaId"] == "PerDay")
        #expect(error["details"]?[1]?["retryDelay"] == "1.050s")
    }

    @Test(arguments: [
        (400, "INVALID_ARGUMENT"), (401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED"), (404, "NOT_FOUND"),
        (500, "INTERNAL"), (503, "UNAVAILABLE"), (504, "DEADLINE_EXCEEDED"),
    ]) func everyStatusHasItsName(status: Int, name: String) throws {
        let answer = try form.fault(Fault(status: status), to: call)
        #expect(answer.status == status)
        #expect(try json(answer)["error"]?["status"]?.stringValue == name)
    }
}
