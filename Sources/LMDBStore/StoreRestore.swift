import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Puts a backup in the place of a store.
///
/// The new store is made aside (`<directory>.restoring-<pid>`) and renamed into place when it is whole. A store that was
/// there is kept, as `<directory>.replaced-<pid>`. A crash between the two renames leaves both beside an empty place;
/// renaming either back by hand ends it.
public struct StoreRestore: Sendable {
    public struct Options: Sendable {
        /// Whether a store in the directory may be put aside.
        public var replaces = false

        public init() {}
    }

    private let backup: String
    private let directory: String
    private let aside: String
    private let options: Options

    /// - Throws: `no_store` if `backup` is not a backup.
    public init(from backup: String, to directory: String, options: Options = Options()) throws(StoreError) {
        guard try Files.size(of: Backup.mark(in: backup)) != nil else {
            throw StoreError(.noStore, "\(backup) is not a backup: name a directory that `initiator backup` made")
        }
        self.backup = backup
        self.directory = Files.withoutSlash(directory)
        self.options = options
        aside = "\(self.directory).restoring-\(getpid())"
    }

    /// Runs `prepare` on the new store before it takes its place, and closes it.
    /// - Returns: where the store that was there before is now; nil if there was none.
    /// - Throws: `in_use` if a store is there that may not be replaced or that anybody has open, `io` if something else is
    ///   there, and what `prepare` throws. Nothing has changed then.
    public func run(_ prepare: (LMDBStore) async throws -> Void) async throws -> String? {
        let lock = try claim()
        defer { if let lock { close(lock) } }
        do {
            try copy()
            try await adapt(prepare)
            let replaced = lock == nil ? nil : "\(directory).replaced-\(getpid())"
            if let replaced { try Files.rename(directory, to: replaced) } else { rmdir(directory) }
            try Files.rename(aside, to: directory)
            try Files.syncDirectory(Files.parent(of: directory))
            return replaced
        } catch {
            Files.removeTree(aside)
            throw error
        }
    }

    /// Nil if nothing is there, otherwise the store's lock, held alone.
    private func claim() throws(StoreError) -> Int32? {
        guard try Files.size(of: directory) != nil else { return nil }
        let names = try Files.names(in: directory)
        if names.isEmpty { return nil }
        guard names.contains("data.mdb") || names.contains("artifacts") else {
            throw StoreError(.io, "\(directory) holds something else than a store: name another directory")
        }
        guard options.replaces else {
            throw StoreError(.inUse, "\(directory) is a store already: with --replace it is put aside")
        }
        return try StoreDirectory.acquire(directory, exclusive: true)
    }

    private func copy() throws(StoreError) {
        guard mkdir(aside, 0o700) == 0 else { throw systemError("making the directory", aside, errno) }
        try Files.copyDurably("\(backup)/data.mdb", to: "\(aside)/data.mdb")
        let (source, copies) = (ArtifactFiles(backup), ArtifactFiles(aside))
        try copies.prepare(in: aside, now: 0)
        var names = try source.names(after: nil, limit: 256)
        while let last = names.last {
            for name in names {
                if let bytes = try source.read(name) { try copies.add(bytes, as: name) }
            }
            names = try source.names(after: last, limit: 256)
        }
    }

    private func adapt(_ prepare: (LMDBStore) async throws -> Void) async throws {
        var storeOptions = LMDBStore.Options()
        storeOptions.exclusive = true
        storeOptions.mustExist = true
        storeOptions.checksPages = true
        let store = try LMDBStore.open(aside, options: storeOptions)
        do {
            try await store.skipRevisionsAfterRestore()
            try await prepare(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}
