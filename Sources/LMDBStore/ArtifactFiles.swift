import JobModel
import Orchestration
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Artifacts too large for the records' file: `artifacts/<owner>/<2 digits>/<hash>`, each complete or absent.
///
/// Written aside in `incoming/`, synced, renamed, directory synced. A crash leaves at most a file in `incoming/`, which a
/// later opening removes. When a file was last touched is the file system's own time of modification.
///
/// Removing a file and relying on one that is there happen in write transactions only, of which there is one at a time
/// over all processes: so no file goes while somebody is about to name it.
struct ArtifactFiles: Sendable {
    private static let millisecondsUntilAbandoned: Int64 = 3_600_000

    private let root: String
    private let incoming: String
    private let serial = Locked<UInt64>(0)

    init(_ store: String) {
        root = "\(store)/artifacts"
        incoming = "\(store)/incoming"
    }

    /// Makes the directories and removes what crashes left behind.
    func prepare(in store: String, now: Int64) throws(StoreError) {
        try Files.makeDirectory(root)
        try Files.makeDirectory(incoming)
        try Files.syncDirectory(store)
        for name in try Files.names(in: incoming) {
            let file = "\(incoming)/\(name)"
            if let modified = Files.modified(file), now - modified > Self.millisecondsUntilAbandoned { unlink(file) }
        }
    }

    func contains(_ name: ArtifactName) throws(StoreError) -> Bool {
        try hiding(name.owner) { () throws(StoreError) in try Files.size(of: path(name)) != nil }
    }

    func read(_ name: ArtifactName) throws(StoreError) -> [UInt8]? {
        try hiding(name.owner) { () throws(StoreError) in
            try Files.read(path(name), limit: StoreLimits.maximumArtifactBytes)
        }
    }

    /// Durable when it returns. What is there already with the same bytes stays; a damaged file is replaced.
    func store(_ artifact: Artifact) throws(StoreError) {
        try hiding(artifact.owner) { () throws(StoreError) in try write(artifact) }
    }

    private func write(_ artifact: Artifact) throws(StoreError) {
        let destination = path(ArtifactName(owner: artifact.owner, hash: artifact.hash))
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

    /// As ``store(_:)``, for bytes that need not have the hash: a copy of what is elsewhere.
    func add(_ bytes: [UInt8], as name: ArtifactName) throws(StoreError) {
        try hiding(name.owner) { () throws(StoreError) in
            let destination = path(name)
            try Files.makeDirectory("\(root)/\(name.owner.text)")
            try Files.makeDirectory(Files.parent(of: destination))
            try Files.writeDurably(bytes, to: destination)
            try syncDirectories(above: destination)
        }
    }

    /// Milliseconds of Unix time; nil if there is no such file.
    func touchedAt(_ name: ArtifactName) -> Int64? { Files.modified(path(name)) }

    func touch(_ name: ArtifactName, _ milliseconds: Int64) throws(StoreError) {
        try hiding(name.owner) { () throws(StoreError) in try Files.touch(path(name), milliseconds) }
    }

    /// Success if there is none. Not synced: a file that a power cut brings back is removed by a later sweep.
    func remove(_ name: ArtifactName) throws(StoreError) {
        try hiding(name.owner) { () throws(StoreError) in try Files.remove(path(name)) }
    }

    /// Errors go to logs, where nobody's name belongs.
    private func hiding<Result>(
        _ owner: OwnerID, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do { return try body() } catch { throw error.hiding(owner, below: "artifacts") }
    }

    func path(_ name: ArtifactName) -> String {
        "\(root)/\(name.owner.text)/\(name.hash.text.prefix(2))/\(name.hash.text)"
    }

    /// In the order of names, from behind `after` on, at most `limit`. Files of other names are passed over.
    func names(after: ArtifactName?, limit: Int) throws(StoreError) -> [ArtifactName] {
        var found: [ArtifactName] = []
        for owner in try Files.names(in: root).compactMap({ try? OwnerID($0) }).sorted(by: Self.precedes) {
            if let after, owner != after.owner, Self.precedes(owner, after.owner) { continue }
            let isReached = after.map { $0.owner == owner } ?? false
            let first = isReached ? after.map { String($0.hash.text.prefix(2)) } ?? "" : ""
            for shard in try Files.names(in: "\(root)/\(owner.text)").sorted() where shard >= first {
                let names = try Files.names(in: "\(root)/\(owner.text)/\(shard)").compactMap { try? ContentHash($0) }
                    .filter { $0.text.hasPrefix(shard) }.map { ArtifactName(owner: owner, hash: $0) }
                found += names.filter { name in after.map { $0 < name } ?? true }.sorted()
                if found.count >= limit { return Array(found.prefix(limit)) }
            }
        }
        return found
    }

    private static func precedes(_ left: OwnerID, _ right: OwnerID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// All three, also when they or the file were there before: another process may have made them an instant ago and
    /// not have synced them yet.
    private func syncDirectories(above file: String) throws(StoreError) {
        let shard = Files.parent(of: file)
        for directory in [shard, Files.parent(of: shard), root] { try Files.syncDirectory(directory) }
    }
}
