/// Messages about single jobs that wait to be told, oldest first.
///
/// An alert that came and went while it waited is not told at all.
public struct AlertLine: Hashable, Sendable {
    public static let maximumMessages = 1_000

    private var waiting: [AlertMessage] = []

    public init() {}

    /// - Returns: false if there is no room for it.
    public mutating func add(_ message: AlertMessage) -> Bool {
        if message.state == .cleared, let raised = waiting.firstIndex(where: { Self.isRaised($0, of: message) }) {
            waiting.remove(at: raised)
            return true
        }
        guard waiting.count < Self.maximumMessages else { return false }
        waiting.append(message)
        return true
    }

    public mutating func next() -> AlertMessage? { waiting.isEmpty ? nil : waiting.removeFirst() }

    /// The epoch may be another one when it is over.
    private static func isRaised(_ raised: AlertMessage, of cleared: AlertMessage) -> Bool {
        raised.state == .raised && raised.since == cleared.since && raised.job?.jobID == cleared.job?.jobID
    }
}
