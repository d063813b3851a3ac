import ArgumentParser
import CurlClient
import HTTPChannels
import JobModel
import Orchestration

extension Settings {
    /// The four deadlines, the retry policy and the schedule.
    public func runLimits() throws -> RunLimits {
        let retries = try foreign("MEDIA_GENERATION_MAX_RETRIES").map { text in
            guard let count = Int(text), (0...19).contains(count) else {
                throw ValidationError("MEDIA_GENERATION_MAX_RETRIES must be a number from 0 to 19")
            }
            return count
        }
        let profile = try word("backoff-profile", default: BackoffProfile.standard)
        let retry = RetryPolicy(
            maximumAttempts: try count("max-attempts", default: (retries ?? 3) + 1, in: 1...20),
            firstDelay: try seconds("backoff-first", default: profile.first, in: 0...3_600),
            maximumDelay: try seconds("backoff-cap", default: profile.cap, in: 0...3_600),
            hasJitter: profile.hasJitter)
        let jobAttempts = try text("job-attempts") == nil ? nil : count("job-attempts", default: 1, in: 1...4_000)
        return RunLimits(
            attemptTimeout: try seconds("attempt-timeout", default: 60, in: 0.01...3_600),
            assetDeadline: try seconds("image-deadline", default: 270, in: 0.01...86_400),
            jobDeadline: try seconds("job-deadline", default: 300, in: 0.01...86_400), retry: retry,
            schedule: try word("schedule", default: Schedule.rolling), jobAttempts: jobAttempts)
    }

    /// How long a worker's calls in flight may take to end when it is asked to.
    public func shutdownGrace() throws -> Milliseconds { try seconds("shutdown-grace", default: 20, in: 0...3_600) }

    /// How many runs a worker takes on at one time.
    public func maximumRuns() throws -> Int { try count("max-runs", default: 4_000, in: 1...100_000) }

    /// Whether a provider that fails again and again is left alone for a while.
    public func hasBreakers() throws -> Bool { try isOn("circuit-breaker", default: true) }

    /// Whether calls of providers carry `traceparent`.
    public func tracesProviders() throws -> Bool { try isOn("trace-providers") }

    /// How long it may take until a provider takes the connection.
    public func connectTimeout() throws -> Milliseconds { try seconds("connect-timeout", default: 10, in: 0.01...300) }

    /// How long a worker keeps what needs no more work.
    public func runPolicy() throws -> RunPolicy {
        let standard = RunPolicy()
        return RunPolicy(
            restKept: try seconds("run-kept", default: Double(standard.restKept) / 1_000, in: 0...31_536_000))
    }

    /// Which addresses that arrive from outside may be called.
    public func egressPolicy() throws -> EgressPolicy {
        let (isOpen, peers) = (try isOn("allow-private-addresses"), try text("allowed-peers") ?? "")
        do throws(EgressError) {
            return try EgressPolicy(allowPrivateAddresses: isOpen, allowedPeers: peers)
        } catch {
            throw ValidationError("DARKROOM_ALLOWED_PEERS \(error.message)")
        }
    }

    /// A base URL such as `http://127.0.0.1:8080`; nil if it is not set. It stands in records and answers, so it has no
    /// user name and password.
    public func baseURL(_ name: String, flag: String? = nil) throws -> String? {
        guard let text = try text(name, flag: flag) else { return nil }
        try Self.checkBaseURL(text, at: place(of: name, flag: flag))
        return text
    }

    /// - Parameter place: what to call it by; the text itself may hold a password.
    static func checkBaseURL(_ text: String, at place: String) throws {
        if let url = try? ParsedURL(text), !url.hasUserInfo, url.query == nil, url.fragment == nil { return }
        throw ValidationError(
            "\(place) must be a base URL such as http://127.0.0.1:8080, with http:// or https:// and without a user name, "
                + "? or #")
    }

    public func webhookSecrets() throws -> WebhookSecrets? {
        guard let text = try secret("DARKROOM_WEBHOOK_SECRET") else { return nil }
        do { return try WebhookSecrets(text) } catch {
            throw ValidationError("DARKROOM_WEBHOOK_SECRET \(error.message); \(Self.secretAdvice)")
        }
    }

    /// How a webhook secret is made.
    public static let secretAdvice = "make one with: printf 'whsec_%s' \"$(openssl rand -base64 32)\""

    public func token(_ variable: String) throws -> BearerToken? { try secret(variable).map { BearerToken($0) } }
}
