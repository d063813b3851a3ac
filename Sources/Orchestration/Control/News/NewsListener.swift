import JobModel
import Threads

/// What a listener hears of.
public enum NewsTopic: Hashable, Sendable {
    case job(JobService.CaseKey)
    /// Every job of the owner's.
    case owner(OwnerID)

    /// Whose jobs it is about.
    var owner: OwnerID {
        switch self {
        case .job(let key): key.owner
        case .owner(let owner): owner
        }
    }
}

/// All that came since a listener last asked.
public struct News: Sendable {
    /// Of the topic's newest change; nil if none is known.
    public var revision: Revision?
    /// Nobody can tell whether the topic changed: it may have.
    public var mayHaveChanged = false
    /// Up to here the topic has not changed otherwise than the listener was told before; nil if nothing is known.
    public var quietUpTo: Revision?
    /// The time that was asked for has passed.
    public var isPulse = false
    /// There will be no more.
    public var isOver = false

    var isEmpty: Bool { revision == nil && !mayHaveChanged && !isPulse && !isOver }

    /// All that was to be told of changes up to `revision` has been put here. Of what lies here untaken the listener has
    /// not been told yet.
    mutating func isTold(upTo revision: Revision) {
        if self.revision == nil, !mayHaveChanged { quietUpTo = revision }
    }
}

/// One who waits for news of a topic, for as long as it is held.
///
/// News are merged until they are asked for: a slow listener costs no more than a fast one, and hears of the newest.
public final class NewsListener: Sendable {
    private let mailbox: Mailbox
    private let leave: @Sendable () -> Void

    init(_ mailbox: Mailbox, leave: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.leave = leave
    }

    deinit { leave() }

    /// Waits until there is news. It is over when the task is canceled, and from then on at once. For one caller at a time.
    public func next() async -> News { await mailbox.next() }

    /// Makes it be over: whoever it is for is gone.
    public func end() { mailbox.put { $0.isOver = true } }
}

/// Merges what comes until it is taken.
final class Mailbox: Sendable {
    fileprivate struct Contents {
        var news = News()
        var reader: CheckedContinuation<News, Never>?
    }

    private let contents = Locked(Contents())

    func put(_ change: (inout News) -> Void) {
        let (reader, news) = contents.withLock { contents -> (CheckedContinuation<News, Never>?, News) in
            change(&contents.news)
            guard let reader = contents.reader, !contents.news.isEmpty else { return (nil, News()) }
            contents.reader = nil
            return (reader, contents.take())
        }
        reader?.resume(returning: news)
    }

    func next() async -> News {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let news = contents.withLock { contents -> News? in
                    if Task.isCancelled { contents.news.isOver = true }
                    if !contents.news.isEmpty { return contents.take() }
                    precondition(contents.reader == nil, "a listener has one reader")
                    contents.reader = continuation
                    return nil
                }
                if let news { continuation.resume(returning: news) }
            }
        } onCancel: {
            put { $0.isOver = true }
        }
    }
}

extension Mailbox.Contents {
    /// What is over stays so.
    fileprivate mutating func take() -> News {
        defer {
            let isOver = news.isOver
            news = News()
            news.isOver = isOver
        }
        return news
    }
}
