import JobModel
import Threads

/// Callers who wait for the answer to an event.
final class ReplyDesk<Reply: Sendable>: Sendable {
    private struct Contents {
        var next: ReplyToken = 1
        var waiting: [ReplyToken: CheckedContinuation<Reply?, Never>] = [:]
        var isClosed = false
    }

    private let contents = Locked(Contents())

    /// Sends with a fresh token and waits for the answer; nil if the desk was closed first.
    func ask(_ send: (ReplyToken) -> Void) async -> Reply? {
        await withCheckedContinuation { continuation in
            let token: ReplyToken? = contents.withLock { contents in
                guard !contents.isClosed else { return nil }
                let token = contents.next
                contents.next += 1
                contents.waiting[token] = continuation
                return token
            }
            if let token { send(token) } else { continuation.resume(returning: nil) }
        }
    }

    func answer(_ token: ReplyToken, _ reply: Reply) {
        let continuation = contents.withLock { $0.waiting.removeValue(forKey: token) }
        continuation?.resume(returning: reply)
    }

    func close() {
        let waiting = contents.withLock { contents in
            contents.isClosed = true
            defer { contents.waiting = [:] }
            return Array(contents.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }
}
