import JobModel
import Orchestration
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Artifacts too large for the records' file: `artifacts/<owner>/<2 digits>/<hash>`, each complete or absent.
///
/// Written aside in `incoming/`, synced, renamed, directory synced. A crash leaves at most a file in `incoming/`, which a
/// later opening removes.
struct ArtifactFiles: Sendable {
    private static let secondsUntilAbandoned = 3600

    private let root: String
    private let incoming: String
    private let serial = Locked<UInt64>(0)

    /// Makes the directories and removes what crashes left behind.
    init(_ store: String) throws(StoreError) {
        root = "\(store)/artifacts"
        incoming = "\(store)/incoming"
        try Files.makeDirectory(root)
        try Files.makeDirectory(incoming)
        try Files.syncDirectory(store)
        try removeAbandoned()
    }

    func contains(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        try Files.size(of: path(hash, owner)) != nil
    }

    func read(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> [UInt8]? {
        try Files.read(path(hash, owner), limit: StoreLimits.maximumArtifactBytes)
    }

    /// Durable when it returns. What is there already with the same bytes stays; a damaged file is replaced.
    func store(_ artifact: Artifact) throws(StoreError) {
        let destination = path(artifact.hash, artifact.owner)
        if try Files.size(of: destination) == artifact.bytes.count,
            try Files.read(destination, limit: artifact.bytes.count) == artifact.bytes
        {
            return try syncDirectories(above: destination)
        }
        let number = serial.withLock { serial in
            serial += 1
            return serial
        }
        let temporary = "\(incoming)/\(getpid())-\(number)-\(artifact.hash.text)"
        try Files.makeDirectory("\(root)/\(artifact.owner.text)")
        try Files.makeDirectory(Files.parent(of: destination))
        try Files.writeDurably(artifact.bytes, to: temporary)
        guard rename(temporary, destination) == 0 else {
            let code = errno
            unlink(temporary)
            throw systemError("renaming into place", destination, code)
        }
        try syncDirectories(above: destination)
    }

    /// All three, also when they or the file were there before: another process may have made them an instant ago and
    /// not have synced them yet.
    private func syncDirectories(above file: String) throws(StoreError) {
        let shard = Files.parent(of: file)
        for directory in [shard, Files.parent(of: shard), root] { try Files.syncDirectory(directory) }
    }

    private func path(_ hash: ContentHash, _ owner: OwnerID) -> String {
        "\(root)/\(owner.text)/\(hash.text.prefix(2))/\(hash.text)"
    }

    private func removeAbandoned() throws(StoreError) {
        let now = time(nil)
        for name in try Files.names(in: incoming) {
            let file = "\(incoming)/\(name)"
            if let modified = Files.modified(file), now - modified > Self.secondsUntilAbandoned { unlink(file) }
        }
    }
}
