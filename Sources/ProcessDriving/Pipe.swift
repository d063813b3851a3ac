import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Both ends of a pipe; neither passes to children by itself.
package struct Pipe: Sendable {
    package let reading: Int32
    package let writing: Int32

    package init() throws {
        var ends: [Int32] = [-1, -1]
        // No child of another thread may begin between an end's making and its mark.
        let code = Command.spawning.withLock { _ in
            let code = pipe(&ends) == 0 ? 0 : errno
            for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return code
        }
        guard code == 0 else { throw DrivingFailure("no pipe: \(String(cString: strerror(code)))") }
        (reading, writing) = (ends[0], ends[1])
    }

    package func close() {
        Glibc.close(reading)
        Glibc.close(writing)
    }
}
