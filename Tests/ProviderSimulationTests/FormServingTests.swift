import JSONCoding
import Testing

@testable import ProviderSimulation

/// What every form has in common, over real sockets.
@Suite(.timeLimit(.minutes(3))) struct FormServingTests {
    private typealias Form = HTTPClient.Form

    @Test func everyFormMakesAPictureAndIsCounted() async throws {
        try await withSimulator { simulator, client in
            for form in Form.allCases { #expect([200, 201].contains(try await client.call(form, "p").status)) }
            _ = await simulator.wait { $0.predictionsInProgress == 0 && $0.answered == 4 }
            #expect(simulator.records().map(\.form) == ["gemini", "imagen", "replicate", "openai"])
            #expect(simulator.records().map(\.model) == ["m", "m", "o/n", "gpt-image-1.5"])
            #expect(simulator.records().map(\.isBillable) == [true, true, true, true])
            #expect(simulator.records().map { $0.prediction != nil } == [false, false, true, false])
            let state = try await client.get("/_sim/state").json
            #expect(state["billable"] == 4 && state["predictions"] == 1)
            for form in Form.allCases {
                #expect(state["byForm"]?[form.rawValue] == ["calls": 1, "billable": 1, "others": [:]])
            }
        }
    }

    @Test(arguments: HTTPClient.Form.allCases) func faultsAreRefusedInTheirOwnShapeAndNotBilled(form: HTTPClient.Form)
        async throws
    {
        try await withSimulator { simulator, client in
            for status in Fault.statuses {
                let answer = try await client.call(form, "\(status) [[sim: status \(status)]]")
                #expect(answer.status == status && answer.isComplete)
                let json = try answer.json
                #expect(
                    (form == .replicate ? json["detail"] : json["error"]?["message"])?.stringValue?.isEmpty == false)
            }
            #expect(simulator.sums.billable == 0 && simulator.sums.predictions == 0)
        }
    }

    @Test(arguments: HTTPClient.Form.allCases) func connectionsAreClosedWhereTheScriptSays(form: HTTPClient.Form)
        async throws
    {
        try await withSimulator { simulator, client in
            let before = try await client.call(form, "[[sim: close-before-headers]]")
            #expect(before.ended == .closed && before.status == 0)
            let reset = try await client.call(form, "[[sim: reset]]")
            #expect(reset.ended == .reset && reset.status == 0)
            let middle = try await client.call(form, "[[sim: close-mid-body]]")
            #expect(middle.ended == .closed && !middle.isComplete && !middle.body.isEmpty)
            #expect(await simulator.wait { $0.closed == 3 && $0.inProgress == 0 })
            // The picture was made, whoever heard of it.
            #expect(simulator.sums.billable == 3)
        }
    }

    @Test(arguments: HTTPClient.Form.allCases) func hollowAnswersAreSent(form: HTTPClient.Form) async throws {
        try await withSimulator { _, client in
            let success = form == .replicate ? 201 : 200
            for (name, body) in [("empty-object", "{}\n"), ("empty-body", "")] {
                let answer = try await client.call(form, "[[sim: \(name)]]")
                #expect(answer.status == success && String(decoding: answer.body, as: UTF8.self) == body)
            }
            let mislabelled = try await client.call(form, "[[sim: wrong-content-type]]")
            #expect(mislabelled.headers["content-type"] == "text/html; charset=UTF-8")
            #expect(try mislabelled.json.objectValue?.isEmpty == false)
        }
    }

    @Test(arguments: [HTTPClient.Form.imagen, .openai, .gemini]) func aHangIsNoticedWhenItsClientGoes(
        form: HTTPClient.Form
    ) async throws {
        try await withSimulator { simulator, client in
            let connection = try await client.open()
            try await connection.send(try form.bytes("[[sim: hang-before-headers]]"))
            #expect(await simulator.wait { $0.inProgress == 1 })
            connection.close()
            #expect(await simulator.wait { $0.aborted == 1 && $0.inProgress == 0 })
        }
    }

    @Test func imagesOfOneCallDiffer() async throws {
        try await withSimulator { _, client in
            let imagen = try await client.call(.imagen, "p", fields: ["parameters": [:]]).json["predictions"]?
                .arrayValue
            #expect(Set(imagen?.map { $0["bytesBase64Encoded"] } ?? []).count == 4)
            let openai = try await client.call(.openai, "p", fields: ["n": 3, "output_format": "jpeg"]).json
            let data = openai["data"]?.arrayValue?.compactMap { $0["b64_json"]?.stringValue }.compactMap(Base64.decode)
            #expect(Set(data ?? []).count == 3)
            #expect(data?.allSatisfy { $0.starts(with: [0xFF, 0xD8, 0xFF]) } == true)
        }
    }

    @Test func linksAreServed() async throws {
        try await withSimulator { simulator, client in
            let link = try await client.call(.openai, "p", fields: ["model": "dall-e-3"]).json["data"]?[0]?["url"]
            #expect(link?.stringValue?.hasPrefix("http://test/files/") == true)
            let file = try await client.download(link)
            #expect(file.headers["content-type"] == "image/png" && file.isComplete)
            #expect(try PNGReader(file.body).size?.width == 64)
            #expect(try await client.get("/files/unknown/out.png").status == 404)
            #expect(try await client.request("PUT", "/files/unknown/out.png").status == 405)
            #expect(simulator.sums.byForm["files"]?.others == ["download": 2])
        }
        try await withSimulator(scenario: #"{"flavor": "localai"}"#) { _, client in
            let link = try await client.call(.openai, "p", fields: ["model": "sd"]).json["data"]?[0]?["url"]
            #expect(link?.stringValue?.hasPrefix("/generated-images/") == true)
            #expect(try PNGReader(try await client.download(link).body).size?.width == 32)
        }
    }

    @Test func downloadsEndAsTheScriptSays() async throws {
        try await withSimulator { _, client in
            func file(_ ending: String) async throws -> HTTPAnswer {
                let answer = try await client.call(.openai, "[[sim: \(ending)]]", fields: ["model": "dall-e-3"])
                return try await client.download(try answer.json["data"]?[0]?["url"])
            }
            #expect(try await file("download status 403").status == 403)
            #expect(try await file("download reset").ended == .reset)
            let cut = try await file("download close-mid-body")
            #expect(cut.ended == .closed && !cut.isComplete)
            #expect(try await file("download not-json").body.starts(with: Array("<html>".utf8)))
            #expect(try await file("truncated-image").status == 200)
        }
        try await withSimulator(scenario: #"{"default": {"huge-body": {"bytes": 3000000}}}"#) { _, client in
            let answer = try await client.call(.openai, "p", fields: ["model": "dall-e-3"])
            let file = try await client.download(try answer.json["data"]?[0]?["url"])
            #expect(file.isComplete && file.body.count == 3_000_008)
        }
    }
}
