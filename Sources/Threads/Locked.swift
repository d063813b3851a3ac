#if canImport(Glibc)
import Glibc
#endif

/// A value behind a lock. It must not be empty (`Void`): the thread sanitizer takes such a value for the object's own
/// header and reports races that are none.
///
/// A pthread mutex, not `Synchronization.Mutex`: the thread sanitizer cannot see through the runtime's futex mutex on
/// Linux and reports races that are none.
public final class Locked<Value>: @unchecked Sendable {
    // @unchecked Sendable: `value` is touched only between lock and unlock of `mutex`, which has a stable address
    // because it is allocated once and freed in deinit.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    public init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        let code = pthread_mutex_init(mutex, nil)
        precondition(code == 0, "pthread_mutex_init failed with \(code)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the value while no other thread can. Do not call out to anything that may take the same lock.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
