import JSONCoding
import NIOCore
import Testing

@testable import ProviderSimulation

@Suite struct ImagenFormTests {
    private let form = ImagenForm()
    private let target = WireTarget(version: "v1beta", model: "m", verb: "predict")
    private static let instances = #""instances": [{"prompt": "p"}]"#

    private func read(_ body: String, rules: AccessRules = AccessRules()) throws(WireRefusal) -> ProviderCall {
        let request = WireRequest(headers: ["x-goog-api-key": "k"], query: [:], body: Array(body.utf8))
        return try form.readCall(request, target: target, rules: rules)
    }

    private func json(_ content: AnswerContent, to call: ProviderCall) throws -> JSONValue {
        let answer = try form.answer(content, to: call, id: 1)
        #expect(answer.status == 200)
        return try JSON.decode(JSONValue.self, from: answer.body.flatMap { Array($0.readableBytesView) })
    }

    private func picture(_ text: String) -> EncodedPicture {
        EncodedPicture(mimeType: "image/png", base64: ByteBuffer(string: text))
    }

    @Test func onlyPredictIsItsOwn() {
        #expect(form.target(ofPath: "/v1beta/models/imagen-4:predict")?.model == "imagen-4")
        #expect(form.target(ofPath: "/v1/models/imagen-4:predict")?.version == "v1")
        #expect(form.target(ofPath: "/v1/models/imagen-4:generateContent") == nil)
        #expect(form.target(ofPath: "/v1/models/imagen-4:generateImage") == nil)
    }

    @Test func fourPicturesUnlessANumberIsGiven() throws {
        #expect(try read("{\(Self.instances)}").count == 4)
        #expect(try read(#"{\#(Self.instances), "parameters": {}}"#).count == 4)
        #expect(try read(#"{\#(Self.instances), "parameters": {"sampleCount": 2}}"#).count == 2)
    }

    @Test func parametersAreReadInBothSpellings() throws {
        let call = try read(
            """
            {\(Self.instances), "parameters": {"sampleCount": 1, "aspectRatio": "16:9", "personGeneration": "allow_adult",
              "safetySetting": "BLOCK_LOW_AND_ABOVE", "includeRaiReason": true,
              "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 80}}}
            """)
        #expect([call.width, call.height] == [1408, 768])
        #expect(call.picture == .jpeg)
        #expect(call.wantsReasons)
        #expect(call.prompt == "p")
    }

    @Test(arguments: [
        "{}", #"{"instances": []}"#, #"{"instances": [{"prompt": ""}]}"#,
        #"{"instances": [{"prompt": "a"}, {"prompt": "b"}]}"#, #"{\#(instances), "parameters": {"sampleCount": 5}}"#,
        #"{\#(instances), "parameters": {"aspectRatio": "21:9"}}"#, #"{\#(instances), "parameters": {"seed": 7}}"#,
        #"{\#(instances), "parameters": {"negativePrompt": "x"}}"#,
        #"{\#(instances), "parameters": {"personGeneration": "SOME"}}"#,
        #"{\#(instances), "parameters": {"outputOptions": {"mimeType": "image/gif"}}}"#,
    ]) func badRequestsAreInvalidArguments(body: String) {
        let refusal = #expect(throws: WireRefusal.self) { try read(body) }
        #expect(refusal?.status == 400)
        #expect(refusal?.cause == "INVALID_ARGUMENT")
    }

    @Test func anUnknownModelIsNotFoundForThisVerb() {
        let refusal = #expect(throws: WireRefusal.self) { try read("{}", rules: AccessRules(models: ["other"])) }
        #expect(refusal?.status == 404)
        #expect(refusal?.body["error"]?["message"]?.stringValue?.containsBytes(of: "supported for predict.") == true)
    }

    @Test func picturesStandInTheirOrder() throws {
        var call = ProviderCall(model: "m", version: "v1", prompt: "p")
        call.count = 2
        let document = try json(.pictures([picture("QUJD"), picture("REVG")]), to: call)
        #expect(
            document["predictions"] == [
                ["mimeType": "image/png", "bytesBase64Encoded": "QUJD"],
                ["mimeType": "image/png", "bytesBase64Encoded": "REVG"],
            ])
    }

    @Test func refusalsAreSuccessesWithFewerPictures() throws {
        var call = ProviderCall(model: "m", version: "v1", prompt: "p")
        call.count = 3
        #expect(try json(.promptBlocked(reason: nil), to: call) == [:])
        #expect(try json(.text("no"), to: call) == [:])
        #expect(try json(.imageBlocked(reason: nil), to: call) == [:])
        #expect(
            try json(.someBlocked([picture("QQ=="), picture("QQ==")]), to: call)["predictions"]?.arrayValue?.count == 2)
        call.wantsReasons = true
        let blocked = try json(.imageBlocked(reason: "R"), to: call)
        #expect(blocked["predictions"] == .array(Array(repeating: ["raiFilteredReason": "R"], count: 3)))
        let some = try json(.someBlocked([picture("QQ==")]), to: call)["predictions"]?.arrayValue
        #expect(some?.map { $0["raiFilteredReason"] == nil } == [true, false, false])
    }
}
