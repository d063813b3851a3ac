import ProcessDriving

/// What one run of chaos is to be.
struct Plan: Sendable {
    var kills: Int
    var seed: UInt64
    /// Cases made; nil to go on as long as there are kills to come.
    var cases: Int?
    var rates: FaultRates
    /// Kills not done by then are not done at all.
    var limit: Duration
    /// How long jobs may take to end once nothing is in their way any more.
    var patience: Duration
    /// Cases that are being worked on at one time.
    var alive: Int
    /// Where initiator, worker, receiver and provider-simulator are.
    var binaries: String
    /// For stores, logs and case files.
    var directory: String
}

enum Credentials {
    /// 32 bytes in base64, as Standard Webhooks has them; of this program's processes alone.
    static let webhookSecret = "whsec_ZGFya3Jvb20tY2hhb3MtMDEyMzQ1Njc4OWFiY2RlZg=="
    static let workerToken = "darkroom-chaos-worker"
}

/// What the workers are told that a picture costs, in millionths of the currency unit.
enum Prices {
    static let gemini = 39_000
    static let replicate = 20_000

    static func price(of form: String) -> Int { form == "replicate" ? replicate : gemini }
}
