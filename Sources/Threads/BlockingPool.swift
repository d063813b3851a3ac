#if canImport(Glibc)
import Glibc
#endif

/// A fixed number of threads for work that blocks or burns the processor: codecs, file input and output, scans.
///
/// Work runs first in, first out. The queue is unbounded here on purpose: each caller is suspended in ``run(_:)`` and so
/// is itself the bound; callers that hold large values limit themselves before they call.
public final class BlockingPool: Sendable {
    private let queue: WorkQueue
    private let threads: [OwnerThread]

    /// - Parameters:
    ///   - threads: how many run at once; at least 1.
    ///   - onThreadEnd: runs on each thread as it ends (libvips wants `vips_thread_shutdown`).
    public init(name: String, threads count: Int, onThreadEnd: @escaping @Sendable () -> Void = {}) {
        let queue = WorkQueue()
        self.queue = queue
        threads = (0..<max(1, count)).map { index in
            OwnerThread(name: "\(name)-\(index)") {
                while let work = queue.next() { work() }
                onThreadEnd()
            }
        }
    }

    deinit { queue.close() }

    /// Runs `body` on one of the threads and returns what it returns. Cancellation does not interrupt a body that has
    /// begun; one that still waits runs too, so check before doing dear work.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.add { continuation.resume(returning: body()) }
        }
    }

    /// Ends the threads after the work already queued. Work added later traps: the owner outlives its callers.
    public func shutdown() async {
        queue.close()
        for thread in threads { await thread.join() }
    }
}

private final class WorkQueue: @unchecked Sendable {
    // @unchecked Sendable: every field is touched only while `mutex` is held; both C objects have stable addresses.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var items: [(@Sendable () -> Void)?] = []
    private var head = 0
    private var isClosed = false

    init() {
        precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(arrived, nil) == 0)
    }

    deinit {
        pthread_cond_destroy(arrived)
        arrived.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func add(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        precondition(!isClosed, "work was given to a pool that has been shut down")
        items.append(work)
        pthread_cond_signal(arrived)
    }

    func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == items.count {
            if isClosed { return nil }
            pthread_cond_wait(arrived, mutex)
        }
        let work = items[head]
        // What it holds must not outlive it.
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024 {
            items.removeFirst(head)
            head = 0
        }
        return work
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(arrived)
        pthread_mutex_unlock(mutex)
    }
}
