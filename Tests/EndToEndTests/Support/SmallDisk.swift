import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A file system of a few megabytes that one program has for itself, in a mount namespace of its own; seen from outside
/// through `/proc`.
struct SmallDisk {
    static let why: Comment = "SKIPPED: this user may not mount a small disk in a namespace of its own (unshare -m)"

    /// Whether this machine lets us.
    static let isPossible: Bool = {
        geteuid() == 0 && system("unshare -m sh -c 'mount -t tmpfs -o size=1m tmpfs /mnt' >/dev/null 2>&1") == 0
    }()

    /// The directory's name, inside and outside.
    let mount: String
    let megabytes: Int

    /// What runs `program` with the disk at ``mount``, in the same process.
    func arguments(_ program: String, _ arguments: [String]) -> [String] {
        let script = "mount -t tmpfs -o size=\(megabytes)m tmpfs \"$0\" && exec \"$@\""
        return ["-m", "sh", "-c", script, mount, "\(Places.binaries)/\(program)"] + arguments
    }

    /// The disk as others reach it while the program runs.
    func outside(_ server: Server) -> String { "/proc/\(server.process.pid)/root\(mount)" }

    /// Takes all the room that is left, to the last byte.
    func fill(_ server: Server) throws {
        let file = open("\(outside(server))/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw SystemFailure(call: "open ballast", code: errno) }
        defer { close(file) }
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(file, bytes, size) > 0 {}
        }
        guard errno == ENOSPC else { throw SystemFailure(call: "write ballast", code: errno) }
    }

    func free(_ server: Server) throws {
        guard unlink("\(outside(server))/ballast") == 0 else {
            throw SystemFailure(call: "unlink ballast", code: errno)
        }
    }
}
