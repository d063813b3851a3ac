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
        var failure = write(bytes[...], to: file)
        if failure == 0 && fsync(file) != 0 { failure = errno }
        if close(file) != 0 && failure == 0 { failure = errno }
        guard failure == 0 else {
            unlink(path)
            throw systemError("writing the file", path, failure)
        }
    }

    /// A copy on disk when it returns, nothing if it fails.
    static func copyDurably(_ source: String, to path: String) throws(StoreError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw systemError("opening the file", source, errno) }
        defer { close(from) }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError("making the file", path, errno) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var failure: Int32 = 0
        while failure == 0 {
            let count = Glibc.read(from, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 { failure = errno == EINTR ? 0 : errno } else { failure = write(buffer[..<count], to: file) }
        }
        if failure == 0 && fsync(file) != 0 { failure = errno }
        if close(file) != 0 && failure == 0 { failure = errno }
        guard failure == 0 else {
            unlink(path)
            throw systemError("copying to the file", path, failure)
        }
    }

    /// Zero, or what went wrong.
    private static func write(_ bytes: ArraySlice<UInt8>, to file: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
        }
        return 0
    }

    static func rename(_ path: String, to destination: String) throws(StoreError) {
        guard Glibc.rename(path, destination) == 0 else { throw systemError("renaming into", destination, errno) }
    }

    /// Removes a directory of ours with all that is in it; what cannot be removed stays.
    static func removeTree(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in (try? names(in: path)) ?? [] { removeTree("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Makes the directory unless it is there. Durable once its parent is synced.
    static func makeDirectory(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw systemError("making the directory", path, errno)
    }

    static func syncFile(_ path: String) throws(StoreError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw systemError("opening the file", path, errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw systemError("syncing the file", path, errno) }
    }

    /// A path that something can be added to: `/data/store/` is `/data/store`.
    static func withoutSlash(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
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
