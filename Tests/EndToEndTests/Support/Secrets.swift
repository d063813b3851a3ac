/// The settings of a deployment that is closed as it should be.
enum Closed {
    static let workerToken = "worker-token-for-tests"
    static let readToken = "read-token-for-tests"

    static let settings = [
        "DARKROOM_WEBHOOK_SECRET": Secret.first.text, "DARKROOM_WORKER_TOKEN": workerToken,
        "DARKROOM_READ_TOKEN": readToken,
    ]

    static let reading = ["Authorization": "Bearer \(readToken)"]
    static let working = ["Authorization": "Bearer \(workerToken)"]
}
