import Orchestration
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// The directory of a store, held until it is released: shared with other processes, or alone.
///
/// LMDB must not be opened twice in one process (closing one handle drops the file locks of both), so a second opening
/// is refused here.
final class StoreDirectory: Sendable {
    let path: String
    /// Nil for one who only looks.
    private let lock: Int32?
    private let identity: Identity
    private let isReleased = Locked(false)

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static let opened = Locked<Set<Identity>>([])

    /// Makes the directory (mode 0700) if its parent exists, unless the options want a store to be there.
    init(_ path: String, options: LMDBStore.Options) throws(StoreError) {
        let isBackup = try Files.size(of: Backup.mark(in: path)) != nil
        if isBackup && !options.isReadOnly {
            throw StoreError(.wrongRole, "\(path) is a backup: use it by `initiator restore`")
        }
        if options.requiresStore { try Self.requireStore(path) } else { try Self.make(path) }
        let identity = try Self.identity(of: path)
        guard Self.opened.withLock({ $0.insert(identity).inserted }) else {
            throw StoreError(.inUse, "\(path) is open in this process already: share that store")
        }
        do {
            lock = options.isReadOnly ? nil : try Self.acquire(path, exclusive: options.exclusive)
        } catch {
            _ = Self.opened.withLock { $0.remove(identity) }
            throw error
        }
        self.path = path
        self.identity = identity
    }

    deinit { release() }

    /// Lets others have the directory. The environment is closed by then. May be called twice.
    func release() {
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        if let lock { close(lock) }
        _ = Self.opened.withLock { $0.remove(identity) }
    }

    /// Artifacts without records are a store too, one that is damaged.
    private static func requireStore(_ path: String) throws(StoreError) {
        if try (Files.size(of: "\(path)/data.mdb") ?? 0) > 0 { return }
        if try Files.size(of: "\(path)/artifacts") == nil { throw StoreError.noStore(path) }
    }

    private static func make(_ path: String) throws(StoreError) {
        if mkdir(path, 0o700) == 0 {
            try Files.syncDirectory(Files.parent(of: path))
            return
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            throw StoreError(.io, "\(path) cannot be made: its parent directory does not exist; make that first")
        case ENOTDIR: throw StoreError(.io, "\(path) cannot be made: a part of the path is not a directory")
        case let code: throw systemError("making the directory", path, code)
        }
    }

    private static func identity(of path: String) throws(StoreError) -> Identity {
        var status = stat()
        guard stat(path, &status) == 0 else { throw systemError("looking at the directory", path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(.io, "\(path) is not a directory: name a directory for the store")
        }
        return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    static func acquire(_ path: String, exclusive: Bool) throws(StoreError) -> Int32 {
        let file = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError("opening the lock file", path, errno) }
        guard flock(file, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            guard code == EWOULDBLOCK else { throw systemError("locking", path, code) }
            throw StoreError(
                .inUse,
                exclusive
                    ? "\(path) is in use by another process: stop it, or give this one a directory of its own"
                    : "\(path) is held alone by another process (a worker): give this one a directory of its own")
        }
        return file
    }
}

extension StoreError {
    static func noStore(_ path: String) -> StoreError {
        StoreError(.noStore, "there is no store in \(path): name the directory that the servers were given")
    }
}
