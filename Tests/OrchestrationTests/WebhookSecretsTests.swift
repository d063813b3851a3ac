import JobModel
import Orchestration
import Testing

/// The vectors are those of the Standard Webhooks libraries (go, js, php, rust), and three computed from the rules.
@Suite struct WebhookSecretsTests {
    struct Vector: Sendable {
        let secret: String
        let id: String
        let timestamp: Int64
        let body: String
        let signature: String
    }

    static let second = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    static let vectors = [
        Vector(
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: #"{"test": 2432232314}"#, signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        Vector(
            secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            timestamp: 1_649_367_553, body: #"{"email":"test@example.com","username":"test_user"}"#,
            signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="),
        Vector(
            secret: second, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: #"{"test": 2432232314}"#,
            signature: "v1,O4Gjv1HqPqsMrjmczoggs/sWA8gZD0VyHG+fLh4+ktI="),
        Vector(
            secret: second, id: "msg_1", timestamp: 1_700_000_000, body: "",
            signature: "v1,amcCR9+HGJUcbpN0HzliuKzDJkenCx5mV9lf3DlQ0mM="),
        Vector(
            secret: second, id: "msg_1", timestamp: 1_700_000_000, body: "{\"prompt\":\"chat à Zürich 🐈\"}",
            signature: "v1,QTNHW6CkBn7YPVHsxjgvngynit9c2fP/crPqhStauJo="),
    ]

    @Test(arguments: vectors) func signsAsTheLibrariesDo(_ vector: Vector) throws {
        let secrets = try WebhookSecrets(vector.secret)
        let signed = SigningText.webhook(id: vector.id, timestamp: vector.timestamp, body: Array(vector.body.utf8))
        #expect(secrets.signature(of: signed) == vector.signature)
        #expect(secrets.verify(vector.signature, of: signed))
        #expect(secrets.verify("v1a,AAAA v2,xyz \(vector.signature)", of: signed))
        #expect(!secrets.verify(vector.signature, of: signed + [32]))
    }

    @Test func duringRotationBothSecretsSignAndEitherIsTaken() throws {
        let both = try WebhookSecrets("\(Self.vectors[0].secret) \(Self.second)")
        let signed = SigningText.webhook(id: "a", timestamp: 5, body: [1, 2])
        let parts = both.signature(of: signed).split(separator: " ").map(String.init)
        #expect(parts.count == 2)
        #expect(try WebhookSecrets(Self.second).verify(both.signature(of: signed), of: signed))
        #expect(both.verify(parts[0], of: signed) && both.verify(parts[1], of: signed))
    }

    @Test(arguments: ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "a b c"]) func refusesWhatIsNoSecret(
        _ text: String
    ) {
        #expect(throws: WebhookSecrets.Invalid.self) { try WebhookSecrets(text) }
    }

    @Test func toleratesFiveMinutesEitherWay() throws {
        let secrets = try WebhookSecrets(Self.second)
        let signed = SigningText.webhook(id: "a", timestamp: 1_000_000, body: [])
        let headers = try #require(
            WebhookHeaders(id: "a", timestamp: "1000000", signature: secrets.signature(of: signed)))
        #expect(headers.verdict(over: signed, secrets: secrets, wallSeconds: 1_000_290) == .valid)
        #expect(headers.verdict(over: signed, secrets: secrets, wallSeconds: 999_710) == .valid)
        #expect(headers.verdict(over: signed, secrets: secrets, wallSeconds: 1_000_310) == .stale)
        #expect(headers.verdict(over: signed, secrets: secrets, wallSeconds: 999_690) == .stale)
        #expect(headers.verdict(over: signed + [0], secrets: secrets, wallSeconds: 1_000_000) == .wrong)
    }

    @Test func neverPrintsASecret() throws {
        let secrets = try WebhookSecrets(Self.second)
        #expect(!"\(secrets)".contains("AAEC"))
    }
}
