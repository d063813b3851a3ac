extension Measure {
    /// What a measure is.
    struct Definition: Sendable {
        enum Kind: Hashable, Sendable {
            case counter
            case gauge
            /// With the upper bounds of its buckets, rising; one without a bound follows them.
            case histogram([Double])
        }

        let measure: Measure
        let kind: Kind
        let labels: [MeasureLabel]
        let help: String

        init(_ measure: Measure, _ kind: Kind, _ labels: [MeasureLabel], _ help: String) {
            self.measure = measure
            self.kind = kind
            self.labels = labels
            self.help = help
        }
    }

    var definition: Definition {
        guard let definition = Self.definitions[self] else { preconditionFailure("\(rawValue) is not in the table") }
        return definition
    }

    private static let definitions = Dictionary(
        table.map { ($0.measure, $0) }, uniquingKeysWith: { first, _ in first })

    /// Every measure once, in the order in which they are shown.
    static let table = control + worker + server

    private static let control: [Definition] = [
        Definition(.jobsCreated, .counter, [.family], "Jobs recorded."),
        Definition(.jobsFinished, .counter, [.family, .status], "Jobs that ended, each time, by the status then."),
        Definition(
            .jobDuration, .histogram(Buckets.jobs), [.family],
            "From the creation of jobs to their end, of those that nobody asked to go on."),
        Definition(
            .jobImages, .counter, [.family, .kind, .provider, .outcome],
            "Images as workers reported their ends; provider is who was asked last."),
        Definition(.epochs, .counter, [.cause], "Epochs opened after the first of a job, by what for."),
        Definition(.triggers, .counter, [.outcome], "Triggers sent to workers, by their answers."),
        Definition(.webhooksReceived, .counter, [.outcome], "Signed progress webhooks, by what became of them."),
        Definition(.workerQuestions, .counter, [.outcome], "Questions to workers that had been silent, by the answer."),
        Definition(.stuckJobs, .counter, [.family], "Times that a job was without news for too long."),
        Definition(.alerts, .counter, [.type, .outcome], "Alerts raised and cleared."),
        Definition(.jobsInHand, .gauge, [], "Jobs in this process's memory."),
    ]

    private static let worker: [Definition] = [
        Definition(.runsAccepted, .counter, [], "Runs taken."),
        Definition(.runsRefused, .counter, [], "Triggers turned away because too much was in hand."),
        Definition(.runsFinished, .counter, [.status], "Runs that ended."),
        Definition(.runDuration, .histogram(Buckets.jobs), [.status], "From the acceptance of runs to their end."),
        Definition(.runsInHand, .gauge, [], "Runs in hand, delivery included."),
        Definition(.images, .counter, [.kind, .provider, .model, .outcome], "Images by how they ended."),
        Definition(.imageRetries, .counter, [.provider, .model, .code], "Calls that were followed by another try."),
        Definition(
            .imageFallbacks, .counter, [.from, .to, .code], "Images that went on to the next provider of the list."),
        Definition(
            .attempts, .counter, [.provider, .model, .code],
            "Calls to providers by how they ended; ok where a picture was made."),
        Definition(
            .attemptDuration, .histogram(Buckets.calls), [.provider], "Calls to providers, image step included."),
        Definition(
            .spentMicros, .counter, [.provider, .model], "Money known to be spent, in millionths of the currency unit."),
        Definition(
            .possiblyBilledCalls, .counter, [.provider, .model],
            "Calls that may have been billed though nobody knows how they ended."),
        Definition(.callsInFlight, .gauge, [.provider, .model], "Calls under way."),
        Definition(.callsWaiting, .gauge, [.provider, .model], "Calls that could begin if the limits let them."),
        Definition(.circuitOpen, .gauge, [.provider], "1 while the provider is taken for dead and left alone."),
        Definition(.circuitOpenings, .counter, [.provider], "Times that a provider was taken for dead."),
        Definition(
            .concurrencyCuts, .counter, [.provider, .model], "Times that a provider asked to slow down and got fewer."),
        Definition(.deliveries, .counter, [.outcome], "Tries to deliver a webhook, by how they ended."),
        Definition(
            .deliveryLatency, .histogram(Buckets.deliveries), [],
            "Webhooks from the first try of a version to its acknowledgement."),
        Definition(.uploadFailures, .counter, [], "Pictures that could not be put to the receiver, each time."),
    ]

    private static let server: [Definition] = [
        Definition(
            .requests, .counter, [.method, .route, .status], "Requests by the route's template and the status."),
        Definition(
            .requestDuration, .histogram(Buckets.requests), [.route],
            "Requests until the head of the answer; those that wait for news included."),
        Definition(.storeCommits, .counter, [], "Durable transactions of this process."),
        Definition(.build, .gauge, [.program, .version], "1; its labels tell what this is."),
        Definition(.processStart, .gauge, [], "When the process began, in seconds of Unix time."),
        Definition(.processMemory, .gauge, [], "Memory that is resident, in bytes."),
        Definition(.processTime, .counter, [], "Processor time, user and system."),
        Definition(.openDescriptors, .gauge, [], "File descriptors that are open."),
        Definition(.maximumDescriptors, .gauge, [], "File descriptors that may be open."),
    ]

    /// In seconds.
    private enum Buckets {
        static let requests = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        static let calls = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]
        static let jobs = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 86_400]
        /// The schedule of a final webhook takes 75 hours.
        static let deliveries = [
            0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 36_000, 86_400, 270_000,
        ]
    }
}
