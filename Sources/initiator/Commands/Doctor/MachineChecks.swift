import CurlClient
import DarkroomCLI
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Room on the disk, descriptors, and the clock.
struct MachineChecks {
    /// Of the store; nil if none is named.
    let directory: String?

    private static let (enough, least): (UInt64, UInt64) = (2 << 30, 256 << 20)

    func run() async -> [Finding] { [disk, descriptors, clock].compactMap { $0 } }

    private var disk: Finding? {
        guard let directory, let room = Disk.room(Disk.existing(directory)) else { return nil }
        let free = "\(room.bytes >> 20) MiB are free where \(directory) is"
        let advice = "make room before it is full: a full disk takes no jobs (docs/store-care.md)"
        if room.bytes < Self.least { return .fail("disk", free, advice) }
        if room.bytes < Self.enough { return .warn("disk", free, advice) }
        guard room.files > 10_000 else {
            return .warn("disk", "only \(room.files) more files may be made there", advice)
        }
        return .ok("disk", free)
    }

    private var descriptors: Finding {
        let limit = CurlClient.raiseDescriptorLimit()
        guard limit >= 0, limit < 4_096 else { return .ok("descriptors", "\(limit) may be open at once") }
        return .warn(
            "descriptors", "only \(limit) may be open at once: each call and each client takes one",
            "raise it: ulimit -Hn 65536, or LimitNOFILE= of the unit")
    }

    private var clock: Finding {
        let seconds = SystemClock().wallSeconds()
        // From the first of January 2025 to that of 2100.
        guard (1_735_689_600..<4_102_444_800).contains(seconds) else {
            return .fail(
                "clock", "it says \(seconds) s of Unix time", "set it: certificates and signatures depend on it")
        }
        return .ok("clock", "\(seconds) s of Unix time")
    }
}

/// What the file system says of a place.
enum Disk {
    /// The nearest directory above that is there.
    static func existing(_ path: String) -> String {
        var path = path
        var status = stat()
        while stat(path, &status) != 0, path != "/", path != "." { path = parent(of: path) }
        return path
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func parent(of path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    static func room(_ path: String) -> (bytes: UInt64, files: UInt64)? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        // Some file systems count no files, and say 0 of 0.
        let files = facts.f_files == 0 ? UInt64.max : UInt64(facts.f_favail)
        return (UInt64(facts.f_bavail) * UInt64(facts.f_frsize), files)
    }

    /// - Returns: false too where the system does not tell.
    static func isNetwork(_ path: String) -> Bool {
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        let place = String(cString: resolved) + "/"
        guard let mounts = try? FileReading.bytes(of: "/proc/self/mounts", atMost: 4 << 20) else { return false }
        var best = (length: 0, type: "")
        for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2 else { continue }
            let point = words[1] == "/" ? "/" : words[1] + "/"
            // The last of several at one place lies on top.
            if place.hasPrefix(point), point.count >= best.length { best = (point.count, String(words[2])) }
        }
        return ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"].contains(best.type)
    }
}
