import JSONCoding
import Testing

@testable import ProviderSimulation

@Suite(.timeLimit(.minutes(3))) struct WebhookTests {
    /// The official vectors of the specification, and those of a secret of 64 bytes.
    @Test(
        arguments: [
            (
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330,
                #"{"test": 2432232314}"#, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            ),
            (
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553,
                #"{"email":"test@example.com","username":"test_user"}"#, "tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
            ),
            (
                SimulatorConfiguration.standardWebhookSecret, "msg_1", 1_700_000_000, #"{"prompt":"chat à Zürich 🐈"}"#,
                "QTNHW6CkBn7YPVHsxjgvngynit9c2fP/crPqhStauJo="
            ),
        ] as [(String, String, Int64, String, String)])
    func signaturesAreTheSpecifications(secret: String, id: String, time: Int64, body: String, code: String) throws {
        let signer = try #require(WebhookSigner(secret: secret))
        let headers = Dictionary(
            uniqueKeysWithValues: signer.headers(id: id, timestamp: time, body: Array(body.utf8)).map {
                ($0.name, $0.value)
            })
        #expect(
            headers == ["webhook-id": id, "webhook-timestamp": "\(time)", "webhook-signature": "v1,\(code)"])
    }

    @Test(arguments: ["", "secret", "whsec_", "whsec_AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="])
    func otherTextIsNoSecret(text: String) {
        #expect(!SimulatorConfiguration.isWebhookSecret(text))
        #expect(SimulatorConfiguration.isWebhookSecret(SimulatorConfiguration.standardWebhookSecret))
    }

    private func isSigned(_ message: WebhookReceiver.Message) -> Bool {
        guard let id = message.headers["webhook-id"],
            let time = message.headers["webhook-timestamp"].flatMap({ Int64($0) })
        else { return false }
        let signed = WebhookSigner.standard.headers(id: id, timestamp: time, body: message.body)
        return signed.last?.value == message.headers["webhook-signature"]
    }

    private func create(
        _ client: HTTPClient, _ prompt: String, _ receiver: WebhookReceiver, events: [JSONValue] = ["completed"]
    ) async throws {
        let answer = try await client.call(
            .replicate, prompt, fields: ["webhook": .string(receiver.url), "webhook_events_filter": .array(events)])
        #expect(answer.status == 201)
    }

    private func statuses(_ messages: [WebhookReceiver.Message]) throws -> [String?] {
        try messages.map { try JSON.decode(JSONValue.self, from: $0.body)["status"]?.stringValue }
    }

    @Test func everyEventIsToldInOrderAndSigned() async throws {
        let receiver = try WebhookReceiver()
        try await withSimulator { simulator, client in
            try await create(client, "p", receiver, events: ["start", "output", "logs", "completed"])
            let messages = await receiver.next(4)
            #expect(try statuses(messages) == ["processing", "processing", "processing", "succeeded"])
            #expect(messages.filter(isSigned).count == 4)
            #expect(Set(messages.compactMap { $0.headers["webhook-id"] }).count == 4)
            let outputs = try messages.map { try JSON.decode(JSONValue.self, from: $0.body)["output"]?.isNull }
            #expect(outputs == [true, true, false, false])
            #expect(await simulator.wait { $0.webhooksSent == 4 && $0.webhooksDelivered == 4 })
            let seen = try await client.get("/_sim/predictions").json["predictions"]?[0]?["webhooks"]
            #expect(seen == ["attempts": 4, "delivered": 4, "failed": 0, "lastStatus": 200])
        }
    }

    @Test func theEndIsToldAgainUntilItIsTakenAndTheRestOnce() async throws {
        let receiver = try WebhookReceiver(statuses: [500, 302, 404])
        try await withSimulator(configure: { $0.webhookPauseMs = 1 }) { simulator, client in
            try await create(client, "p", receiver, events: ["start", "completed"])
            let messages = await receiver.next(4)
            #expect(try statuses(messages) == ["processing", "succeeded", "succeeded", "succeeded"])
            #expect(Set(messages.dropFirst().compactMap { $0.headers["webhook-id"] }).count == 1)
            #expect(messages.filter(isSigned).count == 4)
            #expect(await simulator.wait { $0.webhooksDelivered == 1 && $0.webhooksFailed == 1 })
        }
    }

    @Test func aReceiverThatNeverTakesItIsGivenUp() async throws {
        let receiver = try WebhookReceiver(statuses: Array(repeating: 503, count: 20))
        try await withSimulator(configure: { $0.webhookPauseMs = 1 }) { simulator, client in
            try await create(client, "p", receiver)
            #expect(await simulator.wait { $0.webhooksFailed == 1 })
            #expect(simulator.sums.webhooksSent == WebhookSender.maximumAttempts)
        }
    }

    @Test func canceledAndFailedPredictionsAreToldToo() async throws {
        let receiver = try WebhookReceiver()
        try await withSimulator { simulator, client in
            try await create(client, "a [[sim: prompt-blocked]]", receiver)
            #expect(try statuses(await receiver.next(1)) == ["failed"])
            try await create(client, "b [[sim: hang-after-headers]]", receiver)
            let list = try await client.replicate("GET", "/v1/predictions").json["results"]
            let id = try #require(list?[0]?["id"]?.stringValue)
            _ = try await client.replicate("POST", "/v1/predictions/\(id)/cancel")
            #expect(try statuses(await receiver.next(1)) == ["canceled"])
        }
    }

    @Test func fatesAreScripted() async throws {
        let receiver = try WebhookReceiver()
        try await withSimulator(
            scenario: #"{"rules": [{"prompt": "late", "do": {"webhook": {"lateMs": 50}}}]}"#
        ) { simulator, client in
            try await create(client, "[[sim: webhook-twice]]", receiver)
            let twice = await receiver.next(2)
            #expect(twice[0].headers["webhook-id"] == twice[1].headers["webhook-id"])
            #expect(twice.filter(isSigned).count == 2)
            try await create(client, "[[sim: webhook-forged]]", receiver)
            let forged = await receiver.next(1)
            #expect(forged[0].headers["webhook-signature"]?.hasPrefix("v1,") == true && !isSigned(forged[0]))
            try await create(client, "[[sim: webhook-never]]", receiver)
            #expect(await simulator.wait { $0.predictions == 3 && $0.predictionsInProgress == 0 })
            try await create(client, "late", receiver)
            #expect(try statuses(await receiver.next(1)) == ["succeeded"])
            #expect(await simulator.wait { $0.webhooksDelivered == 4 })
            #expect(simulator.sums.webhooksSent == 4)
        }
    }

    @Test func shutdownDoesNotWaitForWebhooks() async throws {
        let receiver = try WebhookReceiver(statuses: Array(repeating: 500, count: 20))
        try await withSimulator(configure: { $0.webhookPauseMs = 60_000 }) { simulator, client in
            try await create(client, "p", receiver)
            _ = await receiver.next(1)
            try await create(client, "[[sim: webhook-late]]", receiver)
        }
    }
}
