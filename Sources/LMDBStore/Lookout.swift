import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Something that a thread blocked in `poll` hears.
final class Bell: Sendable {
    let descriptor: Int32

    init() throws(StoreError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw LMDBFailure(code: errno, action: "making an event").storeError }
    }

    deinit { close(descriptor) }

    func ring() { eventfd_write(descriptor, 1) }
}

/// Waits for other processes to write the data file: told by inotify, and where that is not to be had, by looking.
struct Lookout {
    /// With inotify a look now and then is for events that a file system does not send.
    private static let slowLook: Int32 = 1000
    private static let fastLook: Int32 = 25

    private let file: String
    private let bell: Bell

    init(file: String, bell: Bell) {
        self.file = file
        self.bell = bell
    }

    /// Looks after every change of the file. Ends when it may, which it asks when the bell rings and about once a second.
    func run(look: () -> ChangeFeed.Progress, mayEnd: () -> Bool) {
        let events = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        defer { if events >= 0 { close(events) } }
        let isTold = events >= 0 && inotify_add_watch(events, file, UInt32(IN_MODIFY)) >= 0
        let usual = isTold ? Self.slowLook : Self.fastLook
        var wait: Int32 = 0
        while true {
            let isEvent = waitForEvent(events: isTold ? events : -1, milliseconds: wait)
            switch look() {
            case .upToDate: wait = usual
            case .behind: wait = isEvent ? 1 : min(usual, max(1, wait * 2))
            case .idle:
                if mayEnd() { return }
                wait = usual
            }
        }
    }

    /// Whether something happened before the time was over. Takes the events away, so that many make one look.
    private func waitForEvent(events: Int32, milliseconds: Int32) -> Bool {
        var waiting = [
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: events, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&waiting, UInt(waiting.count), milliseconds) > 0 else { return false }
        if waiting[1].revents != 0 {
            withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                while read(events, buffer.baseAddress, buffer.count) > 0 {}
            }
        }
        return true
    }
}
