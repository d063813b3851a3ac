/// The names of all settings: a mistyped one would be passed over in silence, and what it was to change with it.
public enum SettingNames {
    /// As a configuration file has them; secrets are not among them.
    public static let all = Set(
        general + providers.flatMap { own in own.words.map { "\(own.name)-\($0)" } } + simulator)

    private static let general = [
        "after-deadline", "alert-failure-percent", "alert-interval", "alert-least-images", "alert-url", "alert-window",
        "allow-private-addresses", "allowed-peers", "aspect-ratio", "attempt-timeout", "backoff-cap", "backoff-first",
        "backoff-profile", "calls-at-once", "circuit-breaker", "concurrency", "connect-timeout", "connections", "data",
        "hand-out-time", "idle-timeout", "image-deadline", "image-hosts", "image-retention", "job-attempts",
        "job-deadline", "listen", "listeners", "log-level", "max-attempts", "max-runs", "plans", "prices", "provider",
        "public-url", "rate-limit", "receiver", "refused-words", "request-timeout", "requests-per-address",
        "requests-per-minute", "reserve", "retention", "run-kept", "safety-threshold", "schedule", "shutdown-grace",
        "silence", "stuck-after", "styles", "trace-providers", "trusted-proxies", "unknown-outcome", "worker",
    ]

    /// Of the providers, each of which has settings of its own.
    public static let providerNames = providers.map(\.name)

    private static let providers: [(name: String, words: [String])] = [
        ("local", limits),
        ("gemini", limits + ["model", "api-version"]),
        ("imagen", limits + ["model", "api-version", "person-generation"]),
        (
            "replicate",
            limits + ["model", "input", "key-hosts", "output-format", "poll", "prompt-field", "wait", "webhook-url"]
        ),
        (
            "openai",
            limits + ["model", "output-compression", "output-format", "quality", "response-format", "size"]
        ),
    ]

    private static let limits = ["rate-limit", "concurrency", "unknown-outcome"]

    /// Of the provider simulator.
    private static let simulator = [
        "delay-ms", "max-connections", "picture", "record-bodies", "scenario", "seed", "webhook-pause-ms",
    ]

    /// Variables that are no settings of a file: secrets, the file's own name, what tests and the client script read.
    private static let variablesAlone = [
        "DARKROOM_CONFIG", "DARKROOM_WEBHOOK_SECRET", "DARKROOM_WORKER_TOKEN", "DARKROOM_READ_TOKEN",
        "DARKROOM_SIMULATOR_WEBHOOK_SECRET", "DARKROOM_CRASH_AT_COMMIT", "DARKROOM_SERVER", "DARKROOM_BIN",
    ]

    /// Every `DARKROOM_…` variable that means something.
    public static let variables = Set(
        all.map(variable) + variablesAlone
            + variablesAlone.filter { $0.contains("SECRET") || $0.hasSuffix("TOKEN") }
            .map { $0 + "_FILE" })

    /// `DARKROOM_ATTEMPT_TIMEOUT` for `attempt-timeout`.
    public static func variable(of name: String) -> String {
        "DARKROOM_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// What to say of a key that is none.
    static func complaint(about key: String) -> String {
        let shown = TerminalText.line(String(key.prefix(60)))
        let isSecret = variables.contains(variable(of: key))
        if isSecret { return "\"\(shown)\" is set by its variable \(variable(of: key)) alone, not by this file" }
        guard let meant = Spelling.nearest(to: key, in: all) else { return "there is no setting \"\(shown)\"" }
        return "there is no setting \"\(shown)\"; did you mean \"\(meant)\"?"
    }
}
