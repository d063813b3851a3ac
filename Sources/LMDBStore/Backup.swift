import CLMDB
import JobModel
import Orchestration
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// What is in a backup.
public struct BackupReport: Hashable, Sendable, Codable {
    /// Of the state that was copied.
    public var revision: UInt64
    /// Artifacts that are files; the others are in the records' file.
    public var files = 0
    public var fileBytes = 0
    /// Files whose bytes do not have their hash. They are copied as they are.
    public var damagedFiles: [String] = []
}

extension LMDBStore {
    /// Copies one state of the whole store into a directory of its own, while it is in use by anybody.
    ///
    /// The copy is made aside (`<directory>.incomplete-<pid>`), synced and renamed at the very end, so a crash or a full
    /// disk leaves nothing that looks whole; what lies aside can be removed. Artifacts added meanwhile may be in it too.
    /// It holds every page from being reused until the records' file is copied.
    /// - Parameter directory: must not be there; its parent must.
    /// - Throws: `io` (it is there, the system's words), `full`, `read_only`, `corrupt`.
    public func backUp(to directory: String) async throws(StoreError) -> BackupReport {
        let (environment, files, directory) = (environment, files, Files.withoutSlash(directory))
        guard operations.begin() else { throw Environment.closedError }
        defer { operations.end() }
        return try await pool.run { () -> Result<BackupReport, StoreError> in
            Result { () throws(StoreError) in
                try Backup(environment: environment, files: files, directory: directory).run()
            }
        }.get()
    }

    /// So many revisions are left out after a restore: more than a store can have used since the backup.
    static let restoredRevisions: UInt64 = 1 << 32

    /// Leaves out revisions, so that none is used again that the backup does not know of.
    public func skipRevisionsAfterRestore() async throws(StoreError) {
        switch await submit(.skip(Self.restoredRevisions)).outcome {
        case .committed, .conflict: return
        case .refused(let error), .unknown(let error): throw error
        }
    }
}

/// Runs on a thread that may block.
struct Backup {
    let environment: Environment
    let files: ArtifactFiles
    let directory: String

    /// The file that tells a backup from a store: nobody may go on writing in a backup.
    static func mark(in directory: String) -> String { "\(directory)/backup" }

    func run() throws(StoreError) -> BackupReport {
        guard try Files.size(of: directory) == nil else {
            throw StoreError(.io, "\(directory) is there already: a backup makes a directory of its own")
        }
        let aside = "\(directory).incomplete-\(getpid())"
        guard mkdir(aside, 0o700) == 0 else { throw systemError("making the directory", aside, errno) }
        do throws(StoreError) {
            let report = try fill(aside)
            try Files.rename(aside, to: directory)
            try Files.syncDirectory(Files.parent(of: directory))
            return report
        } catch {
            Files.removeTree(aside)
            throw error
        }
    }

    private func fill(_ aside: String) throws(StoreError) -> BackupReport {
        try environment.copy(to: aside)
        try Files.syncFile("\(aside)/data.mdb")
        let revision = try environment.read { transaction throws(StoreError) in try transaction.meta().revision }
        var report = BackupReport(revision: revision.number)
        let copies = ArtifactFiles(aside)
        try copies.prepare(in: aside, now: 0)
        var after: ArtifactName?
        while let last = try copyPage(after, to: copies, &report) { after = last }
        try Files.writeDurably(
            Array("A backup of a Darkroom store. Use it by: initiator restore\n".utf8), to: Self.mark(in: aside))
        try Files.syncDirectory(aside)
        return report
    }

    /// The last name of the page; nil at the end. The records were copied before, so what they name is there to copy: a
    /// sweep removes only what no record has named for an hour.
    private func copyPage(
        _ after: ArtifactName?, to copies: ArtifactFiles, _ report: inout BackupReport
    ) throws(StoreError) -> ArtifactName? {
        let names = try files.names(after: after, limit: 256)
        for name in names {
            guard let bytes = try files.read(name) else { continue }
            let isSound = ContentHash(of: bytes) == name.hash
            if !isSound { report.damagedFiles.append(name.description) }
            try copies.add(bytes, as: name)
            report.files += 1
            report.fileBytes += bytes.count
        }
        return names.last
    }
}

extension Environment {
    /// Copies the newest state into the directory, compacted.
    func copy(to directory: String) throws(StoreError) {
        // Takes over the size of the map first, if another process has changed it.
        try read { _ throws(StoreError) in }
        _ = try enter(isRead: false)
        defer { leave() }
        let code = mdb_env_copy2(handle, directory, UInt32(MDB_CP_COMPACT))
        if code != MDB_SUCCESS { throw LMDBFailure(code: code, action: "copying the store").error(in: directory) }
    }
}
