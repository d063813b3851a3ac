#if canImport(Glibc)
import Glibc
#endif

/// One operating-system thread that runs a single function to its end.
///
/// For C handles that belong to one thread (a libcurl multi handle, an LMDB write transaction) and for calls that block:
/// the cooperative pool has one thread a core and must never wait.
public final class OwnerThread: Sendable {
    private let finished: Locked<Finish>

    private struct Finish {
        var done = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Starts the thread. `name` shows in `ps -L` and debuggers (15 bytes are kept).
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        let finished = Locked(Finish())
        self.finished = finished
        let start = Unmanaged.passRetained(
            Start(name: name) {
                body()
                let waiters = finished.withLock { state in
                    state.done = true
                    defer { state.waiters = [] }
                    return state.waiters
                }
                for waiter in waiters { waiter.resume() }
            })
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runStart, start.toOpaque())
        precondition(code == 0, "pthread_create failed with \(code)")
        pthread_detach(thread)
    }

    /// Waits until the function has returned. Does not ask it to: tell it by its own means first.
    public func join() async {
        await withCheckedContinuation { continuation in
            let isDone = finished.withLock { state in
                if !state.done { state.waiters.append(continuation) }
                return state.done
            }
            if isDone { continuation.resume() }
        }
    }
}

private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runStart(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    nameThread(start.name)
    start.body()
    return nil
}

/// Glibc's module lacks `pthread_setname_np`; the kernel takes the name from this file too. A thread without a name is no
/// error.
private func nameThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}
