/// What is measured, by the names that Prometheus knows it by. Each has its meaning in `table`.
public enum Measure: String, CaseIterable, Hashable, Sendable {
    // The control side.
    case jobsCreated = "darkroom_jobs_created_total"
    case jobsFinished = "darkroom_jobs_finished_total"
    case jobDuration = "darkroom_job_duration_seconds"
    case jobImages = "darkroom_job_images_total"
    case epochs = "darkroom_epochs_total"
    case triggers = "darkroom_triggers_total"
    case webhooksReceived = "darkroom_webhooks_received_total"
    case workerQuestions = "darkroom_worker_questions_total"
    case stuckJobs = "darkroom_stuck_jobs_total"
    case alerts = "darkroom_alerts_total"
    case jobsInHand = "darkroom_jobs_in_hand"

    // The worker.
    case runsAccepted = "darkroom_runs_accepted_total"
    case runsRefused = "darkroom_runs_refused_total"
    case runsFinished = "darkroom_runs_finished_total"
    case runDuration = "darkroom_run_duration_seconds"
    case runsInHand = "darkroom_runs_in_hand"
    case images = "darkroom_images_total"
    case imageRetries = "darkroom_image_retries_total"
    case imageFallbacks = "darkroom_image_fallbacks_total"
    case attempts = "darkroom_attempts_total"
    case attemptDuration = "darkroom_attempt_duration_seconds"
    case spentMicros = "darkroom_spent_micros_total"
    case possiblyBilledCalls = "darkroom_possibly_billed_calls_total"
    case callsInFlight = "darkroom_calls_in_flight"
    case callsWaiting = "darkroom_calls_waiting"
    case circuitOpen = "darkroom_provider_circuit_open"
    case circuitOpenings = "darkroom_provider_circuit_openings_total"
    case concurrencyCuts = "darkroom_provider_concurrency_cuts_total"
    case deliveries = "darkroom_webhook_deliveries_total"
    case deliveryLatency = "darkroom_webhook_latency_seconds"
    case uploadFailures = "darkroom_upload_failures_total"

    // Every server.
    case requests = "darkroom_http_requests_total"
    case requestDuration = "darkroom_http_request_duration_seconds"
    case storeCommits = "darkroom_store_commits_total"
    case build = "darkroom_build_info"
    case processStart = "process_start_time_seconds"
    case processMemory = "process_resident_memory_bytes"
    case processTime = "process_cpu_seconds_total"
    case openDescriptors = "process_open_fds"
    case maximumDescriptors = "process_max_fds"
}

/// What tells the series of one measure apart.
public enum MeasureLabel: String, Hashable, Sendable {
    case family
    case status
    case outcome
    case cause
    case type
    case code
    case provider
    case model
    case kind
    case from
    case to
    case method
    case route
    case program
    case version

    /// Whether its values come from outside of the program's own text (an operator's settings at most): where there are
    /// too many series, the value of such a label gives way to ``MeasureBook/other``.
    var isOpen: Bool {
        switch self {
        case .provider, .model, .kind, .from, .to, .route: true
        case .family, .status, .outcome, .cause, .type, .code, .method, .program, .version: false
        }
    }
}

/// One thing to be counted: an amount that a counter grows by, a duration that a histogram takes in, or what a gauge
/// stands at.
public struct MeasureNote: Hashable, Sendable {
    public let measure: Measure
    /// Values of the measure's labels, in the order of its definition. Never an owner, a prompt, an address or any text
    /// that a client may choose.
    public let labels: [String]
    public let amount: Double

    public init(_ measure: Measure, _ labels: [String] = [], _ amount: Double = 1) {
        self.measure = measure
        self.labels = labels
        self.amount = amount
    }
}
