import JSONCoding
import Testing

@testable import ProviderSimulation

/// Predictions over real sockets: what a client of Replicate's sees.
@Suite(.timeLimit(.minutes(3))) struct PredictionTests {
    private func id(_ answer: HTTPAnswer) throws -> String { try #require(try answer.json["id"]?.stringValue) }

    @Test func aPredictionGoesFromStartingToSucceeded() async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "a [[sim: hold]]")
            #expect(created.status == 201)
            #expect(created.headers["ratelimit-remaining"] == "599")
            let first = try created.json
            #expect(first["status"] == "starting" && first["output"] == JSONValue.null && first["metrics"] == nil)
            #expect(created.headers["location"] == first["urls"]?["get"]?.stringValue)
            #expect(await simulator.wait { $0.held == 1 })
            let under = try await client.replicate("GET", "/v1/predictions/\(try id(created))").json
            #expect(under["status"] == "processing" && under["started_at"]?.stringValue?.hasSuffix("Z") == true)
            simulator.release()
            let last = try await client.settled(try id(created), simulator)
            #expect(last["status"] == "succeeded" && last["error"] == JSONValue.null)
            #expect(last["metrics"]?["predict_time"] != nil)
            #expect(try PNGReader(try await client.download(last["output"]).body).size?.width == 64)
        }
    }

    @Test func waitingAnswersTheFileInsideTheAnswer() async throws {
        try await withSimulator { simulator, client in
            let answer = try await client.call(.replicate, "p", more: [("prefer", "wait=30")])
            #expect(answer.status == 201 && answer.headers["preference-applied"] == "wait=30")
            let json = try answer.json
            #expect(json["status"] == "processing" && json["completed_at"] == JSONValue.null && json["metrics"] == nil)
            let uri = try #require(json["output"]?.stringValue)
            #expect(uri.hasPrefix("data:image/png;base64,"))
            let bytes = try #require(Base64.decode(String(uri.dropFirst("data:image/png;base64,".count))))
            #expect(try PNGReader(bytes).size?.width == 64)
            let failed = try await client.call(.replicate, "[[sim: failed E1001]]", more: [("prefer", "wait")])
            #expect(try failed.json["status"] == "failed")
        }
    }

    @Test func aWaitThatEndsTooSoonAnswersStarting() async throws {
        try await withSimulator { simulator, client in
            let answer = try await client.call(.replicate, "[[sim: hold]]", more: [("prefer", "wait=1")])
            #expect(try answer.json["status"] == "starting" && answer.json["output"] == JSONValue.null)
            #expect(await simulator.wait { $0.held == 1 })
            simulator.release()
            #expect(try await client.settled(try id(answer), simulator)["status"] == "succeeded")
        }
    }

    @Test func aCallerWhoWaitsAndGoesLeavesThePrediction() async throws {
        try await withSimulator { simulator, client in
            let connection = try await client.open()
            try await connection.send(try HTTPClient.Form.replicate.bytes("[[sim: hold]]", more: [("prefer", "wait")]))
            #expect(await simulator.wait { $0.held == 1 && $0.inProgress == 1 })
            connection.close()
            #expect(await simulator.wait { $0.aborted == 1 })
            simulator.release()
            #expect(await simulator.wait { $0.predictionsInProgress == 0 })
            let seen = try await client.get("/_sim/predictions").json["predictions"]?[0]
            #expect(seen?["status"] == "succeeded" && seen?["call"] == 1)
        }
    }

    @Test(arguments: [("hang-before-headers", "starting"), ("hang-after-headers", "processing")])
    func aHangIsThePredictionsAndCanBeCanceled(step: String, status: String) async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: \(step)]]")
            #expect(created.status == 201)
            let path = "/v1/predictions/\(try id(created))"
            var shown: JSONValue?
            while shown?["status"]?.stringValue != status { shown = try await client.replicate("GET", path).json }
            let canceled = try await client.replicate("POST", "\(path)/cancel")
            #expect(canceled.status == 200)
            #expect(try canceled.json["status"] == "canceled" && canceled.json["output"] == JSONValue.null)
            #expect(try canceled.json["completed_at"]?.stringValue != nil)
            #expect(simulator.sums.predictionsInProgress == 0)
            #expect(try await client.replicate("POST", "\(path)/cancel").json["status"] == "canceled")
            #expect(try await client.get("/_sim/predictions").json["predictions"]?[0]?["cancels"] == 2)
        }
    }

    @Test(arguments: [("hang-before-headers", "aborted"), ("hang-after-headers", "canceled")])
    func aDeadlineEndsIt(step: String, status: String) async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: \(step)]]", more: [("cancel-after", "5s")])
            #expect(try created.json["deadline"]?.stringValue != nil)
            #expect(try await client.settled(try id(created), simulator)["status"]?.stringValue == status)
        }
    }

    @Test func theLongestHangEndsWhatNobodyCancels() async throws {
        try await withSimulator(configure: { $0.longestHang = 1 }) { simulator, client in
            let created = try await client.call(.replicate, "[[sim: hang-after-headers]]")
            let last = try await client.settled(try id(created), simulator)
            #expect(last["status"] == "failed" && last["error"]?.stringValue?.hasSuffix("(E8367)") == true)
        }
    }

    @Test(arguments: [
        ("prompt-blocked", "failed", "(E005)"), ("image-blocked", "failed", "(E005)"),
        ("text-only", "failed", "(E005)"),
        ("some-blocked", "failed", "(E005)"), ("failed E003", "failed", "(E003)"),
        ("prediction-failed", "failed", "(E1000)"), ("prediction-canceled", "canceled", ""),
        ("prediction-aborted", "aborted", ""),
    ]) func otherEndsAreScripted(step: String, status: String, error: String) async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: \(step)]]")
            #expect(created.status == 201)
            let last = try await client.settled(try id(created), simulator)
            #expect(last["status"]?.stringValue == status && last["output"] == JSONValue.null)
            let text = last["error"]?.stringValue ?? ""
            #expect(text.hasSuffix(error))
            // Only the filter takes pictures away after they were made.
            #expect(simulator.sums.billable == (step == "some-blocked" ? 1 : 0))
        }
    }

    @Test(
        arguments: [
            ("ok", nil, 0, "/out.png"), ("jpeg", nil, 0, "/out.jpg"), ("output-list", nil, 1, ""),
            ("no-image", nil, 0, ""),
            ("ok", 3, 3, ""), ("some-blocked", 3, 2, ""),
        ] as [(String, Int64?, Int, String)])
    func outputsHaveTheShapeAskedFor(step: String, asked: Int64?, listed: Int, end: String) async throws {
        try await withSimulator { simulator, client in
            let input: JSONValue = [
                "prompt": .string("[[sim: \(step)]]"), "num_outputs": asked.map { .int($0) } ?? .null,
            ]
            let created = try await client.call(.replicate, "", fields: ["input": input])
            let output = try await client.settled(try id(created), simulator)["output"]
            #expect(output?.arrayValue?.count ?? 0 == listed)
            let link = output?.stringValue ?? ""
            #expect(link.hasSuffix(end))
            #expect((output == JSONValue.null) == (step == "no-image"))
        }
    }

    @Test func anOutputMayBeTheFileItself() async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: output-data]]")
            let output = try await client.settled(try id(created), simulator)["output"]
            #expect(output?.stringValue?.hasPrefix("data:image/png;base64,iVBOR") == true)
        }
    }

    @Test func pollsAndDownloadsFailAsScripted() async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: poll 2 status 503]]")
            #expect(await simulator.wait { $0.predictionsInProgress == 0 })
            let path = "/v1/predictions/\(try id(created))"
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await client.replicate("GET", path).status) }
            #expect(statuses == [503, 503, 200])
            let reset = try await client.call(.replicate, "[[sim: poll 1 reset]]")
            #expect(try await client.replicate("GET", "/v1/predictions/\(try id(reset))").ended == .reset)
            let gone = try await client.call(.replicate, "[[sim: download status 404]]")
            let output = try await client.settled(try id(gone), simulator)["output"]
            #expect(try await client.download(output).status == 404)
            #expect(simulator.sums.byForm["replicate"]?.others == ["get": 5])
        }
    }

    @Test func aLostPredictionIsKnownToNobody() async throws {
        try await withSimulator { simulator, client in
            let created = try await client.call(.replicate, "[[sim: prediction-lost]]")
            let path = "/v1/predictions/\(try id(created))"
            #expect(try await client.replicate("GET", path).status == 404)
            #expect(try await client.replicate("POST", "\(path)/cancel").status == 404)
            #expect(try await client.replicate("GET", "/v1/predictions").json["results"] == [])
            #expect(simulator.sums.predictions == 1 && simulator.sums.billable == 1)
        }
    }

    @Test func aCreationThatHangsIsACreation() async throws {
        try await withSimulator { simulator, client in
            let connection = try await client.open()
            try await connection.send(try HTTPClient.Form.replicate.bytes("[[sim: hang-create]]"))
            #expect(await simulator.wait { $0.predictions == 1 && $0.predictionsInProgress == 0 && $0.inProgress == 1 })
            let results = try await client.replicate("GET", "/v1/predictions").json["results"]?.arrayValue
            #expect(results?.map { $0["status"] } == ["succeeded"])
            connection.close()
            #expect(await simulator.wait { $0.aborted == 1 })
        }
    }

    @Test func routesBesideNeedAKeyAndKnowTheModel() async throws {
        try await withSimulator(scenario: #"{"models": ["o/n"], "output": "list"}"#) { _, client in
            #expect(try await client.get("/v1/predictions").status == 401)
            #expect(try await client.replicate("GET", "/v1/predictions/none").status == 404)
            #expect(try await client.replicate("GET", "/v1/predictions?cursor=x").status == 400)
            #expect(try await client.replicate("GET", "/v1/models/o/other").status == 404)
            #expect(try await client.replicate("GET", "/v1/models/o/n").json["name"] == "n")
            let version = try await client.replicate("GET", "/v1/models/o/n/versions/v").json
            #expect(version["id"] == "v")
            #expect(version["openapi_schema"]?["components"]?["schemas"]?["Output"]?["type"] == "array")
            let secret = try await client.replicate("GET", "/v1/webhooks/default/secret").json
            #expect(secret["key"]?.stringValue == SimulatorConfiguration.standardWebhookSecret)
        }
    }

    @Test func aResetKeepsWhatIsUnderWay() async throws {
        try await withSimulator { simulator, client in
            _ = try await client.call(.replicate, "done")
            let held = try await client.call(.replicate, "[[sim: hold]]")
            #expect(await simulator.wait { $0.held == 1 && $0.predictionsInProgress == 1 })
            #expect(try await client.request("POST", "/_sim/reset").status == 200)
            let seen = try await client.get("/_sim/predictions").json["predictions"]?.arrayValue
            #expect(seen?.map { $0["id"]?.stringValue } == [try id(held)])
            #expect(simulator.sums.predictions == 0 && simulator.sums.predictionsInProgress == 1)
            simulator.release()
            #expect(await simulator.wait { $0.predictionsInProgress == 0 })
        }
    }

    @Test func shutdownDoesNotWaitForThem() async throws {
        let simulator = try await withSimulator { simulator, client in
            for step in ["hang-before-headers", "hang-after-headers", "hold", "delay 86400000"] {
                _ = try await client.call(.replicate, "[[sim: \(step)]]")
            }
            #expect(await simulator.wait { $0.predictionsInProgress == 4 && $0.inProgress == 0 })
            return simulator
        }
        #expect(simulator.sums.predictionsInProgress == 4 && simulator.sums.inProgress == 0)
    }
}
