import LMDBStore
import Orchestration
import OrchestrationTestKit

#if canImport(Glibc)
import Glibc
#endif

/// A directory that goes away with this value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/darkroom-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ConformanceFailure("mkdtemp failed with \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// A place for a store, not made yet.
    var store: String { "\(path)/store" }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in names(in: path) { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// Opens a store in a directory of its own, runs `body`, closes it.
func withStore(
    options: LMDBStore.Options = .init(), _ body: (LMDBStore, TemporaryDirectory) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let store = try LMDBStore.open(directory.store, options: options)
    do {
        try await body(store, directory)
    } catch {
        await store.close()
        throw error
    }
    await store.close()
}

extension RecordWrite {
    /// A plain record at `key`, which must not be there.
    init(_ key: StoreKey, _ body: [UInt8] = [1], expected: Expectation = .absent) {
        self.init(key: key, expected: expected, header: RecordHeader(kind: 1, state: 1, format: 1), body: body)
    }
}

extension WriteOutcome {
    var revision: Revision? {
        if case .committed(let revision) = self { revision } else { nil }
    }

    var refusal: StoreError.Code? {
        if case .refused(let error) = self { error.code } else { nil }
    }
}
