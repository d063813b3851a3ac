import JSONCoding
import Testing

@testable import ProviderSimulation

/// Over real sockets: what a client of the simulator sees.
@Suite(.timeLimit(.minutes(3))) struct ServingTests {
    private func picture(_ answer: HTTPAnswer) throws -> [UInt8] {
        let parts = try answer.json["candidates"]?[0]?["content"]?["parts"]?.arrayValue ?? []
        let data = parts.last?["inlineData"]?["data"]?.stringValue
        return try #require(data.flatMap { Base64.decode($0) })
    }

    @Test func aCallIsAnsweredWithAPicture() async throws {
        try await withSimulator { simulator, client in
            let answer = try await client.generate("a torn ticket")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json; charset=UTF-8")
            let png = try PNGReader(try picture(answer))
            #expect(png.size.map { [$0.width, $0.height] } == [64, 64])
            let again = try await client.generate("a torn ticket")
            #expect(try picture(again) == picture(answer))
            let record = try #require(simulator.records().first)
            #expect(record.prompt == "a torn ticket")
            #expect(record.outcome == .answered)
            #expect(record.status == 200)
            #expect(record.keyLength == 3)
            #expect(record.headers == ["content-length", "host", "x-goog-api-key"])
            #expect(record.body == nil)
            #expect(try #require(record.endedMs) >= record.startedMs)
            #expect(simulator.records().map(\.callOfPrompt) == [1, 2])
        }
    }

    @Test func largePicturesArriveWhole() async throws {
        try await withSimulator(configure: { $0.picture = .medium }) { simulator, client in
            let answer = try await client.generate("p")
            #expect(answer.isComplete)
            #expect(try PNGReader(try picture(answer)).size?.width == 512)
            #expect(await simulator.wait { $0.answered == 1 && $0.inProgress == 0 })
        }
    }

    @Test(arguments: [
        ("prompt-blocked", #""blockReason""#), ("image-blocked", #""IMAGE_SAFETY""#), ("text-only", #""text""#),
        ("no-image", #""NO_IMAGE""#), ("empty-object", "{}"), ("not-json", "<html>"), ("thought-first", #""thought""#),
        ("not-an-image", #""image/png""#), ("jpeg", #""image/jpeg""#),
    ]) func anAnswerOfStatus200HasItsShape(name: String, mark: String) async throws {
        try await withSimulator { _, client in
            let answer = try await client.generate("x [[sim: \(name)]]")
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            #expect(String(decoding: answer.body, as: UTF8.self).containsBytes(of: mark))
        }
    }

    @Test func hollowAndMislabelledAnswersAreSent() async throws {
        try await withSimulator { _, client in
            let empty = try await client.generate("[[sim: empty-body]]")
            #expect(empty.status == 200 && empty.body.isEmpty && empty.isComplete)
            let mislabelled = try await client.generate("[[sim: wrong-content-type]]")
            #expect(mislabelled.headers["content-type"] == "text/html; charset=UTF-8")
            #expect(try PNGReader(try picture(mislabelled)).size?.width == 64)
        }
    }

    @Test func spoiledPicturesArriveInSoundAnswers() async throws {
        try await withSimulator { _, client in
            let truncated = try await client.generate("[[sim: truncated-image]]")
            #expect(throws: PNGReader.Failure.self) { try PNGReader(try picture(truncated)) }
            let damaged = try await client.generate("[[sim: damaged-image]]")
            #expect(try PNGReader(try picture(damaged)).chunks.contains { $0.crc != $0.expected })
            let huge = try await client.generate("[[sim: huge-image]]")
            #expect(try picture(huge)[16..<24] == [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        }
    }

    @Test(arguments: Fault.statuses) func errorsCarryTheirStatus(status: Int) async throws {
        try await withSimulator { simulator, client in
            let answer = try await client.generate("[[sim: status \(status)]]")
            #expect(answer.status == status)
            #expect(try answer.json["error"]?["code"]?.intValue == Int64(status))
            #expect(simulator.records().first?.ending == "status \(status)")
        }
    }

    @Test func aRateLimitSendsItsHeader() async throws {
        let scenario = #"{"default": {"status": 429, "retryAfter": 7, "retryInfoMs": 7000}}"#
        try await withSimulator(scenario: scenario) { _, client in
            let answer = try await client.generate("p")
            #expect(answer.headers["retry-after"] == "7")
            #expect(try answer.json["error"]?["details"]?[0]?["retryDelay"] == "7s")
        }
    }

    @Test(arguments: ["hang-before-headers", "hang-after-headers", "hold", "delay 86400000"])
    func whoeverHangsIsGoneWhenItsClientGoes(step: String) async throws {
        try await withSimulator { simulator, client in
            let connection = try await client.open()
            try await connection.send(HTTPClient.generateBytes("[[sim: \(step)]]"))
            #expect(await simulator.wait { $0.inProgress == 1 })
            if step == "hang-after-headers" {
                guard case .success(let head) = try await connection.receive() else {
                    Issue.record("no headers")
                    return
                }
                #expect(String(decoding: head, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
            }
            connection.close()
            #expect(await simulator.wait { $0.inProgress == 0 && $0.aborted == 1 })
            #expect(simulator.records().first?.outcome == .abortedByPeer)
        }
    }

    @Test func dripsComeByteByByteAndStopWithTheClient() async throws {
        try await withSimulator(scenario: #"{"default": {"drip": {"intervalMs": 1}}}"#) { simulator, client in
            let connection = try await client.open()
            try await connection.send(HTTPClient.generateBytes("p"))
            var bytes: [UInt8] = []
            while !String(decoding: bytes, as: UTF8.self).containsBytes(of: "\r\n\r\n{\"candidates\"") {
                bytes += try await connection.receive().get()
            }
            connection.close()
            #expect(await simulator.wait { $0.inProgress == 0 && $0.aborted == 1 })
        }
    }

    @Test func aDripThatIsWaitedForIsWhole() async throws {
        let scenario = #"{"models": ["m"], "default": {"drip": {"intervalMs": 1}}}"#
        let body = #"{"contents":[{"parts":[{"text":"p"}]}],"generationConfig":{"responseModalities":["TEXT"]}}"#
        try await withSimulator(scenario: scenario) { simulator, client in
            let answer = try await client.request(
                "POST", "/v1/models/m:generateContent", headers: [("x-goog-api-key", "k")], body: body)
            #expect(answer.isComplete)
            #expect(try answer.json["candidates"]?[0]?["finishReason"] == "STOP")
            #expect(await simulator.wait { $0.answered == 1 })
        }
    }

    @Test func connectionsAreClosedWhereTheScriptSays() async throws {
        try await withSimulator { simulator, client in
            let before = try await client.generate("[[sim: close-before-headers]]")
            #expect(before.ended == .closed && before.status == 0 && before.body.isEmpty)
            let reset = try await client.generate("[[sim: reset]]")
            #expect(reset.ended == .reset && reset.status == 0)
            let middle = try await client.generate("[[sim: close-mid-body]]")
            #expect(middle.ended == .closed && middle.status == 200 && !middle.isComplete)
            #expect(middle.body.count == (try #require(middle.declaredLength)) / 2)
            #expect(await simulator.wait { $0.closed == 3 && $0.inProgress == 0 })
            #expect(simulator.records().map(\.outcome) == Array(repeating: .closedByScript, count: 3))
        }
    }

    @Test func hugeBodiesAreDeclaredOrNot() async throws {
        let scenario = """
            {"rules": [{"prompt": "open", "do": {"huge-body": {"bytes": 3000000, "declared": false}}},
                       {"do": {"huge-body": {"bytes": 3000000}}}]}
            """
        try await withSimulator(scenario: scenario) { simulator, client in
            let declared = try await client.generate("p")
            #expect(declared.isComplete)
            #expect(try picture(declared).count == 2_250_000)
            let connection = try await client.open()
            try await connection.send(HTTPClient.generateBytes("open"))
            var bytes: [UInt8] = []
            while bytes.count < 3_000_000 { bytes += try await connection.receive().get() }
            #expect(String(decoding: bytes.prefix(400), as: UTF8.self).containsBytes(of: "ransfer-"))
            #expect(await simulator.wait { $0.answered == 2 })
        }
    }

    @Test func aClientThatStopsReadingAHugeBodyIsNoticed() async throws {
        try await withSimulator { simulator, client in
            let connection = try await client.open()
            try await connection.send(HTTPClient.generateBytes("[[sim: huge-body]]"))
            _ = try await connection.receive().get()
            connection.close()
            #expect(await simulator.wait { $0.aborted == 1 && $0.inProgress == 0 })
        }
    }

    @Test func aDelayLeavesTheConnectionOpen() async throws {
        try await withSimulator(configure: { $0.delayMs = 1 }) { simulator, client in
            let connection = try await client.open()
            for number in 1...3 {
                try await connection.send(HTTPClient.generateBytes("p [[sim: delay 5]]"))
                let answer = try await HTTPClient.read(from: connection)
                #expect(answer.isComplete && answer.ended == nil)
                #expect(simulator.sums.answered == number)
            }
            let first = try #require(simulator.records().first)
            #expect(try #require(first.endedMs) - first.startedMs >= 6)
        }
    }

    @Test func heldCallsGoOnWhenReleased() async throws {
        try await withSimulator { (simulator: Simulator, client: HTTPClient) async throws -> Void in
            async let first = client.generate("a [[sim: hold]]")
            async let second = client.generate("b [[sim: hold, status 503]]")
            #expect(await simulator.wait { $0.held == 2 })
            #expect(try await client.get("/_sim/state").json["held"] == 2)
            #expect(try await client.request("POST", "/_sim/release").status == 200)
            #expect(try await first.status == 200)
            #expect(try await second.status == 503)
            #expect(await simulator.wait { $0.answered == 2 && $0.held == 0 })
        }
    }

    @Test func flakyPromptsAreHealedByAnsweringAgain() async throws {
        try await withSimulator { _, client in
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await client.generate("[[sim: flaky 2 status 429]]").status) }
            #expect(statuses == [429, 429, 200])
        }
    }

    @Test func refusedCallsAreRecordedAndNotCountedForPrompts() async throws {
        try await withSimulator(scenario: #"{"keys": ["secret-key"]}"#) { simulator, client in
            let answer = try await client.generate("p")
            #expect(answer.status == 400)
            let record = try #require(simulator.records().first)
            #expect(record.outcome == .refused)
            #expect(record.cause == "INVALID_ARGUMENT")
            #expect(record.callOfPrompt == nil)
            let marker = try await withSimulator { try await $1.generate("[[sim: nap]]") }
            #expect(marker.status == 400)
        }
    }

    @Test func bodiesOverTheLimitAreRefused() async throws {
        try await withSimulator(configure: { $0.maxBodyBytes = 1_000 }) { simulator, client in
            let answer = try await client.generate(String(repeating: "x", count: 5_000))
            #expect(answer.status == 400)
            #expect(try answer.json["error"]?["message"] == "Request payload size exceeds the limit: 1000 bytes.")
            #expect(simulator.sums.refused == 1)
        }
    }

    @Test func otherPathsAndMethodsAreRefused() async throws {
        try await withSimulator { simulator, client in
            #expect(try await client.get("/v1beta/models").status == 404)
            let method = try await client.get("/v1beta/models/m:generateContent")
            #expect(method.status == 405 && method.headers["allow"] == "POST")
            let control = try await client.request("DELETE", "/_sim/reset")
            #expect(control.status == 405 && control.headers["allow"] == "POST")
            #expect(try await client.get("/_sim/nothing").status == 404)
            #expect(simulator.sums.total == 0)
        }
    }
}
