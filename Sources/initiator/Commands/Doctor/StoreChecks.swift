import LMDBStore
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// That the store opens and that its records' headers are sound. `initiator verify` reads all of it.
struct StoreChecks {
    /// Nil if none is named.
    let directory: String?

    private static let pageSize = 1_000
    private static let most = 50_000

    func run() async -> [Finding] {
        guard let directory else {
            return [.warn("store", "no directory is named", "name it with --data or DARKROOM_DATA to have it checked")]
        }
        do throws(StoreError) {
            let (store, whose) = try Self.open(directory)
            let finding: Finding
            do throws(StoreError) { finding = try await Self.look(at: store, directory, whose) } catch {
                finding = Self.failure(error)
            }
            await store.close()
            return [finding] + writable(directory)
        } catch {
            return error.code == .noStore ? [Self.place(directory)] : [Self.failure(error)]
        }
    }

    private static func open(_ directory: String) throws(StoreError) -> (LMDBStore, whose: String) {
        var options = LMDBStore.Options()
        options.isReadOnly = true
        options.role = .control
        do throws(StoreError) { return (try LMDBStore.open(directory, options: options), "of jobs") } catch {
            guard error.code == .wrongRole else { throw error }
            options.role = .worker
            return (try LMDBStore.open(directory, options: options), "of a worker's runs")
        }
    }

    private static func look(
        at store: LMDBStore, _ directory: String, _ whose: String
    ) async throws(StoreError) -> Finding {
        var (records, damaged, after): (Int, Int, StoreKey?) = (0, 0, nil)
        while records < most {
            let page = try await store.scan(StoreKey(), after: after, limit: pageSize)
            records += page.count
            damaged += page.count { $0.isDamaged }
            guard page.count == pageSize, let last = page.last else { break }
            after = last.key
        }
        guard damaged == 0 else {
            return .fail(
                "store", "\(damaged) records in \(directory) are damaged",
                "`initiator verify --data \(directory)` names them; docs/store-care.md says how to go back to a backup")
        }
        let more = records < most ? "" : " and more"
        return .ok("store", "\(directory) opens, a store \(whose), \(records)\(more) records with sound headers")
    }

    private static func failure(_ error: StoreError) -> Finding {
        .fail("store", error.message, "`initiator verify` tells more; docs/store-care.md says what to do")
    }

    /// Where no store is yet.
    private static func place(_ directory: String) -> Finding {
        let parent = Disk.existing(directory)
        guard Disk.isDirectory(parent) else {
            return .fail("store", "\(parent) is not a directory", "name another place")
        }
        guard access(parent, W_OK) == 0 else {
            return .fail("store", "\(directory) is not there, and \(parent) takes no writes", "make it for this user")
        }
        guard parent == Disk.parent(of: directory) || parent == directory else {
            return .fail(
                "store", "\(directory) is not there, nor its parent",
                "make the parent; the first server makes the store")
        }
        return .ok("store", "\(directory) holds no store yet; the first command that writes makes it")
    }

    private func writable(_ directory: String) -> [Finding] {
        if Disk.isNetwork(directory) {
            return [.fail("store", "\(directory) lies on a network file system", "LMDB needs a disk of this machine")]
        }
        guard access(directory, W_OK) != 0 else { return [] }
        return [.fail("store", "\(directory) takes no writes of this user", "run as its owner, or mount it read-write")]
    }
}
