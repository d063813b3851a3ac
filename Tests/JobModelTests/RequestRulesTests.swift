import JSONCoding
import Testing

@testable import JobModel

@Suite("Rules for requests")
struct RequestRulesTests {
    private func item(_ id: String, name: String = "A knife", description: String = "Bent.") throws -> CaseItem {
        CaseItem(id: try Make.asset(id), name: name, description: description)
    }

    private func request(evidence: [CaseItem] = [], locations: [CaseItem] = []) throws -> CaseImagesRequest {
        CaseImagesRequest(
            caseID: try CaseID("case-1"), evidence: evidence, locations: locations, webhookURL: Make.webhookURL,
            handOut: HandOutFields())
    }

    private func refusal(_ request: CaseImagesRequest) -> InvalidRequest? {
        do throws(InvalidRequest) { _ = try RequestRules.specification(of: request) } catch { return error }
        return nil
    }

    private func refusal(_ fields: HandOutFields, assets: Int = 14) -> String? {
        do throws(InvalidRequest) { try RequestRules.check(fields, assets: assets) } catch { return error.field }
        return nil
    }

    @Test("a case is its evidence and then its locations, each with its words")
    func specification() throws {
        let specification = try RequestRules.specification(
            of: request(evidence: [item("e1"), item("e2")], locations: [item("l1", name: "Pier 9")]))
        #expect(specification.assets.map(\.id.text) == ["e1", "e2", "l1"])
        #expect(specification.assets.map(\.kind) == [.evidence, .evidence, .location])
        #expect(specification.assets[2].subject == Subject(name: "Pier 9", description: "Bent."))
        #expect(specification.assets[0].transform == .coverJPEG(size: PixelSize(width: 512, height: 512), quality: 80))
        #expect(specification.assets.allSatisfy { $0.priority == 0 })
    }

    @Test("1 to 200 images")
    func count() throws {
        let items = try (0..<201).map { try item("e\($0)") }
        #expect(refusal(try request())?.field == "evidence")
        #expect(refusal(try request(evidence: [items[0]])) == nil)
        #expect(refusal(try request(evidence: Array(items.prefix(200)))) == nil)
        #expect(refusal(try request(evidence: items))?.field == "evidence")
        #expect(
            refusal(try request(evidence: Array(items[..<101]), locations: Array(items[101...])))?.field == "evidence")
    }

    @Test("ids are one namespace over both lists")
    func duplicates() throws {
        let within = try request(evidence: [item("a"), item("b"), item("a")])
        #expect(refusal(within)?.field == "evidence[2].id")
        let across = try request(evidence: [item("a")], locations: [item("b"), item("a")])
        #expect(refusal(across)?.field == "locations[1].id")
    }

    @Test("lengths are counted in scalars")
    func lengths() throws {
        func field(_ name: String, _ description: String = "") throws -> String? {
            refusal(try request(locations: [item("ok"), item("l", name: name, description: description)]))?.field
        }
        #expect(try field(String(repeating: "n", count: 200)) == nil)
        #expect(try field(String(repeating: "n", count: 201)) == "locations[1].name")
        #expect(try field("n", String(repeating: "d", count: 4_000)) == nil)
        #expect(try field("n", String(repeating: "d", count: 4_001)) == "locations[1].description")
        #expect(try field("n") == nil)
        #expect(try field("") == "locations[1].name")
        #expect(try field(" \n\u{3000}") == "locations[1].name")
        // One grapheme cluster of 201 scalars.
        #expect(try field("e" + String(repeating: "\u{301}", count: 200)) == "locations[1].name")
        #expect(try field(String(repeating: "灰", count: 200)) == nil)
    }

    @Test("33 images need an artifact address")
    func inlineImages() {
        #expect(refusal(HandOutFields(), assets: 32) == nil)
        #expect(refusal(HandOutFields(), assets: 33) == "artifactUrl")
        #expect(refusal(HandOutFields(artifactURL: Make.artifactURL), assets: 200) == nil)
    }

    @Test("jobId, epoch and claim come together", arguments: 0..<8)
    func handOutFields(mask: Int) throws {
        let fields = HandOutFields(
            jobID: mask & 1 == 0 ? nil : try JobID("job_1"), epoch: mask & 2 == 0 ? nil : 1,
            claim: mask & 4 == 0 ? nil : try Claim("claim_1"))
        #expect(refusal(fields) == (mask == 0 || mask == 7 ? nil : "jobId"))
    }

    @Test func otherFields() throws {
        let claim = try Claim("claim_1")
        #expect(refusal(HandOutFields(jobID: try JobID("case.a"), epoch: 1, claim: claim)) == "jobId")
        #expect(refusal(HandOutFields(jobID: try JobID("cases"), epoch: 1, claim: claim)) == nil)
        for epoch in [0, -1, Int.min] {
            #expect(refusal(HandOutFields(jobID: try JobID("j"), epoch: epoch, claim: claim)) == "epoch")
        }
        for timeout in [0, -1, 0.009, 3_601, .infinity, .nan] {
            #expect(refusal(HandOutFields(options: RunOptions(attemptTimeout: timeout))) == "options.attemptTimeout")
        }
        for attempts in [0, 21, Int.min] {
            #expect(refusal(HandOutFields(options: RunOptions(maxAttempts: attempts))) == "options.maxAttempts")
        }
        #expect(refusal(HandOutFields(options: RunOptions(attemptTimeout: 0.01, maxAttempts: 20))) == nil)
    }

    @Test(
        "a case's item may bring words and a model of its own",
        arguments: [
            (nil, nil, nil), ("x", nil, nil), (nil, "m", nil), ("x", "m", nil), (" \n", nil, "prompt"),
            ("", nil, "prompt"), ("@4001", nil, "prompt"), ("@4000", nil, nil), (nil, "", "model"),
            (nil, "@201", "model"),
        ] as [(String?, String?, String?)])
    func ownWords(prompt: String?, model: String?, refused: String?) throws {
        func long(_ text: String?) -> String? {
            guard let text, text.hasPrefix("@"), let count = Int(text.dropFirst()) else { return text }
            return String(repeating: "w", count: count)
        }
        var own = try item("l")
        (own.prompt, own.model) = (long(prompt), long(model))
        let request = try request(evidence: [item("e")], locations: [own])
        #expect(refusal(request)?.field == refused.map { "locations[0].\($0)" })
        guard refused == nil else { return }
        let asset = try RequestRules.specification(of: request).assets[1]
        #expect(asset.prompt == long(prompt) ?? PromptTemplate.prompt(for: .location, subject: asset.subject))
        #expect(asset.model == model && asset.ownPrompt == long(prompt))
    }

    struct HandOutRow: Sendable, CustomTestStringConvertible {
        let refused: String?
        let fields: String

        init(_ refused: String?, _ fields: String) { (self.refused, self.fields) = (refused, fields) }

        var testDescription: String { "\(refused ?? "fine"): \(fields)" }
    }

    private static let picture =
        #""picture": {"hash": "\#(Make.hash(1))", "bytes": 3, "mediaType": "image/jpeg"}, "attempts": 1"#
    private static let bare = #""attempts": 1"#
    private static let call = #""call": {"provider": "replicate", "id": "p1"}"#

    @Test(
        "kept assets, open calls and providers",
        arguments: [
            HandOutRow(nil, #""kept": []"#),
            HandOutRow(nil, #""kept": [{"id": "a", \#(picture)}]"#),
            HandOutRow(nil, #""kept": [{"id": "a", "status": "generated", \#(picture)}]"#),
            HandOutRow(nil, #""kept": [{"id": "a", "status": "failed", \#(bare)}, {"id": "b", \#(picture)}]"#),
            HandOutRow(nil, #""kept": [{"id": "a", "status": "needs_prompt_update", \#(bare)}]"#),
            HandOutRow(nil, #""kept": [{"id": "a", "status": "held", \#(bare)}]"#),
            HandOutRow(nil, #""kept": [{"id": "a", "status": "canceled", \#(bare)}]"#),
            HandOutRow("kept[1].id", #""kept": [{"id": "a", \#(picture)}, {"id": "x", \#(picture)}]"#),
            HandOutRow("kept[1].id", #""kept": [{"id": "a", \#(picture)}, {"id": "a", \#(picture)}]"#),
            HandOutRow("kept[0].status", #""kept": [{"id": "a", "status": "queued", \#(bare)}]"#),
            HandOutRow("kept[0].status", #""kept": [{"id": "a", "status": "retrying", \#(bare)}]"#),
            HandOutRow("kept[0].status", #""kept": [{"id": "a", "status": "generating", \#(picture)}]"#),
            HandOutRow("kept[0].picture", #""kept": [{"id": "a", \#(bare)}]"#),
            HandOutRow("kept[0].picture", #""kept": [{"id": "a", "status": "failed", \#(picture)}]"#),
            HandOutRow(nil, #""openCalls": [{"id": "a", \#(call)}, {"id": "b", \#(call)}]"#),
            HandOutRow("openCalls[0].id", #""openCalls": [{"id": "x", \#(call)}]"#),
            HandOutRow("openCalls[1].id", #""openCalls": [{"id": "a", \#(call)}, {"id": "a", \#(call)}]"#),
            HandOutRow("openCalls[0].id", #""kept": [{"id": "a", \#(picture)}], "openCalls": [{"id": "a", \#(call)}]"#),
            HandOutRow(nil, #""options": {"providers": ["gemini", "openai", "local"]}"#),
            HandOutRow(nil, #""options": {"providers": ["a-1"], "fallbackOnRefusal": true, "isFallback": true}"#),
            HandOutRow("options.providers", #""options": {"providers": []}"#),
            HandOutRow("options.providers", #""options": {"providers": [""]}"#),
            HandOutRow("options.providers", #""options": {"providers": ["Gemini"]}"#),
            HandOutRow("options.providers", #""options": {"providers": ["a b"]}"#),
            HandOutRow("options.providers", #""options": {"providers": ["a", "a"]}"#),
            HandOutRow(
                "options.providers", #""options": {"providers": ["123456789012345678901234567890123"]}"#),
            HandOutRow(nil, #""options": {"providers": ["12345678901234567890123456789012"]}"#),
            HandOutRow(nil, #""options": {"providers": ["1", "2", "3", "4", "5", "6", "7", "8"]}"#),
            HandOutRow(
                "options.providers", #""options": {"providers": ["1", "2", "3", "4", "5", "6", "7", "8", "9"]}"#),
        ])
    func handOutRules(row: HandOutRow) throws {
        let fields = try JSON.decode(HandOutFields.self, from: Array("{\(row.fields)}".utf8))
        let specification = try RequestRules.specification(of: request(evidence: [item("a"), item("b")]))
        var field: String?
        do throws(InvalidRequest) { try RequestRules.check(fields, of: specification) } catch { field = error.field }
        #expect(field == row.refused)
    }

    @Test(
        "the general form",
        arguments: [
            (#""prompt": "x""#, nil), (#""prompt": """#, "assets[0].prompt"), (#""prompt": " ""#, "assets[0].prompt"),
            (#""prompt": "x", "name": "@201""#, "assets[0].name"), (#""prompt": "@4001""#, "assets[0].prompt"),
            (#""prompt": "x", "description": "@4001""#, "assets[0].description"),
            (#""prompt": "x", "model": "@201""#, "assets[0].model"),
            (#""prompt": "x", "model": """#, "assets[0].model"),
        ] as [(String, String?)])
    func generalForm(fields: String, refused: String?) throws {
        var fields = fields
        for count in [201, 4_001] { fields.replace("@\(count)", with: String(repeating: "w", count: count)) }
        let body = #"{"webhookUrl": "https://r.example/", "assets": [{"id": "a", "kind": "prop", \#(fields)}]}"#
        let request = try JSON.decode(GeneralRunRequest.self, from: Array(body.utf8))
        do {
            let specification = try RequestRules.specification(of: request, jobID: JobID("job_7"))
            #expect(refused == nil)
            #expect(specification.caseID.text == "job_7")
            #expect(specification.assets[0].kind == .other("prop"))
            #expect(specification.assets[0].prompt == "x")
        } catch let error as InvalidRequest {
            #expect(error.field == refused)
        }
    }

    @Test("the prompts are the first system's, to the letter")
    func prompts() {
        let knife = Subject(name: "Bent knife", description: "A kitchen knife with a \"maker's\" mark 🔪")
        #expect(
            PromptTemplate.prompt(for: .evidence, subject: knife)
                == "Evidence photography: Bent knife. A kitchen knife with a \"maker's\" mark 🔪. "
                + "Clear detail, forensic quality, neutral background.")
        let pier = Subject(name: "第三埠頭", description: "霧の夜")
        #expect(
            PromptTemplate.prompt(for: .location, subject: pier)
                == "Atmospheric environmental photography: 第三埠頭. 霧の夜. "
                + "Film noir aesthetic, dramatic lighting, moody atmosphere, empty location.")
    }
}

@Suite("Names from outside")
struct IdentifierTests {
    @Test(arguments: ["a", "evidence-1", "A.b_c~d-9", "...", String(repeating: "x", count: 128)])
    func legal(text: String) throws {
        #expect(try AssetID(text).text == text)
        #expect(try CaseID(text).description == text)
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "../x", "a b", "a\0b", "é", "a:b", "%2e", "証拠", "a\n", String(repeating: "x", count: 129),
        String(repeating: "x", count: 600),
    ])
    func illegal(text: String) {
        #expect(throws: InvalidIdentifier.self) { try AssetID(text) }
        #expect(throws: InvalidIdentifier.self) { try CaseID(text) }
        #expect(throws: InvalidIdentifier.self) { try JobID(text) }
        #expect(throws: InvalidIdentifier.self) { try AssetKind(text) }
    }

    @Test("hashes are 64 lower-case hexadecimal digits")
    func hashes() throws {
        let hash = ContentHash(digest: (0..<32).map { UInt8($0 * 8) })
        #expect(hash.text == "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8")
        #expect(try ContentHash(hash.text) == hash)
        #expect(throws: InvalidIdentifier.self) { try ContentHash(hash.text.uppercased()) }
        #expect(throws: InvalidIdentifier.self) { try ContentHash(String(hash.text.dropLast())) }
        #expect(throws: InvalidIdentifier.self) { try ContentHash("g" + hash.text.dropFirst()) }
    }

    @Test func namesInMessagesAreChecked() {
        for body in [#"{"caseId": "a/b"}"#, #"{"caseId": ""}"#, #"{"caseId": 7}"#] {
            #expect(throws: JSONError.self) { try JSON.decode(CaseFile.self, from: Array(body.utf8)) }
        }
    }
}
