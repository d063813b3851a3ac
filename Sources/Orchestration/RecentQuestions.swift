import JobModel

/// Holds questions about one and the same thing apart: whoever reads a status again and again makes no load elsewhere.
/// Remembers the things that were asked about last; a restart begins anew.
struct RecentQuestions<Name: Hashable & Sendable>: Sendable {
    private static var namesKept: Int { 4_096 }
    private var asked: [Name: Milliseconds] = [:]
    private var order: [Name] = []

    /// Whether there was no question about it for so long; then this is one.
    mutating func mayAsk(_ name: Name, now: Milliseconds, every pause: Milliseconds) -> Bool {
        if let last = asked[name], now - last < pause { return false }
        if asked.updateValue(now, forKey: name) == nil {
            order.append(name)
            if order.count > Self.namesKept { asked[order.removeFirst()] = nil }
        }
        return true
    }
}
