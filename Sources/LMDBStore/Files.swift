import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// File input and output with the store's errors. Everything here blocks.
enum Files {
    /// The directory part of a path; `.` for a bare name.
    static func parent(of path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The file's size in bytes; nil if it is not there.
    static func size(of path: String) throws(StoreError) -> Int? {
        var status = stat()
        if stat(path, &status) == 0 { return Int(status.st_size) }
        guard errno == ENOENT || errno == ENOTDIR else { throw systemError("looking at the file", path, errno) }
        return nil
    }

    /// Milliseconds of Unix time at which the file was last written or touched; nil if it is not there.
    static func modified(_ path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    }

    /// Sets that time.
    static func touch(_ path: String, _ milliseconds: Int64) throws(StoreError) {
        let time = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
        guard utimensat(AT_FDCWD, path, [time, time], 0) == 0 else {
            throw systemError("touching the file", path, errno)
        }
    }

    /// Success if it is not there.
    static func remove(_ path: String) throws(StoreError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw systemError("removing the file", path, errno)
    }

    /// The whole file; nil if it is not there, `too_large` if it has more than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(StoreError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw systemError("opening the file", path, errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw systemError("looking at the file", path, errno) }
        let size = Int(status.st_size)
        guard size <= limit else { throw StoreError(.tooLarge, "\(path) has \(size) bytes, at most \(limit) are read") }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress! + filled, size - filled, filled) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw systemError("reading the file", path, errno) }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeLast(size - filled)
        return bytes
    }

    /// Makes a new file with these bytes, on disk when it returns. A failure leaves no file behind.
    static func writeDurably(_ bytes: [UInt8], to path: String) throws(StoreError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError("making the file", path, errno) }
        var written = 0
        var failure: Int32 = 0
        while written < bytes.count && failure == 0 {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, bytes.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { failure = errno }
        }
        if failure == 0 && fsync(file) != 0 { failure = errno }
        if close(file) != 0 && failure == 0 { failure = errno }
        guard failure == 0 else {
            unlink(path)
            throw systemError("writing the file", path, failure)
        }
    }

    /// Makes the directory unless it is there. Durable once its parent is synced.
    static func makeDirectory(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw systemError("making the directory", path, errno)
    }

    static func syncDirectory(_ path: String) throws(StoreError) {
        let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw systemError("opening the directory", path, errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw systemError("syncing the directory", path, errno) }
    }

    /// The names in a directory; empty if it is not there.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return [] }
            throw systemError("reading the directory", path, errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
