import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Pages that hold something else: a check of the pages finds it out before LMDB, which ends the process, sees them.
@Suite struct PageDamageTests {
    enum Damage: CaseIterable, Sendable {
        case zeros
        case anotherPage
        case flippedHeader
        case noise
    }

    private static let pageBytes = 4_096

    private func makeStore() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<120 {
                group.addTask {
                    let body = [UInt8](repeating: UInt8(index % 251), count: index % 7 == 0 ? 9_000 : 300)
                    #expect(await store.write(RecordWrite(StoreKey("job", "\(index)"), body)).revision != nil)
                }
            }
        }
        await store.close()
        return directory
    }

    /// Every page in turn. Whatever was damaged, the store is refused, or everything in it can be read.
    @Test(arguments: Damage.allCases) func isFoundOrHarmless(damage: Damage) async throws {
        let directory = try await makeStore()
        let path = "\(directory.store)/data.mdb"
        let sound = try bytes(of: path)
        let pages = sound.count / Self.pageBytes
        var options = LMDBStore.Options()
        options.checksPages = true
        options.isReadOnly = true
        options.report = { _ in }
        var refused = 0
        for page in 2..<pages {
            try put(self.page(page, damage, of: sound), at: page, in: path)
            defer {
                try? put(Array(sound[(page * Self.pageBytes)..<((page + 1) * Self.pageBytes)]), at: page, in: path)
            }
            do {
                let store = try LMDBStore.open(directory.store, options: options)
                let lines = try await store.scan(StoreKey(), after: nil, limit: 1_000)
                for line in lines { _ = try? store.get(line.key) }
                await store.close()
            } catch {
                #expect(error.code == .corrupt, "page \(page): \(error.message)")
                refused += 1
            }
        }
        // Noise in the middle of a page may hit values only, which have checksums of their own.
        #expect(damage == .noise || refused > pages / 4, "\(refused) of \(pages) pages")
        let store = try LMDBStore.open(directory.store, options: options)
        #expect(try await store.scan(StoreKey(), after: nil, limit: 1_000).count == 120)
        await store.close()
    }

    private func page(_ number: Int, _ damage: Damage, of file: [UInt8]) -> [UInt8] {
        let start = number * Self.pageBytes
        var page = Array(file[start..<(start + Self.pageBytes)])
        switch damage {
        case .zeros: return [UInt8](repeating: 0, count: Self.pageBytes)
        case .anotherPage:
            let other = (number == 2 ? 3 : 2) * Self.pageBytes
            return Array(file[other..<(other + Self.pageBytes)])
        case .flippedHeader: page[10 + number % 6] ^= UInt8(1 << (number % 8))
        case .noise:
            var generator = SplitMix(state: UInt64(number))
            for offset in 16..<Self.pageBytes where generator.next() % 4 == 0 {
                page[offset] = UInt8(truncatingIfNeeded: generator.next())
            }
        }
        return page
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private func bytes(of path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw ConformanceFailure("fstat failed with \(errno)") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard pread(file, &bytes, bytes.count, 0) == bytes.count else {
            throw ConformanceFailure("pread failed with \(errno)")
        }
        return bytes
    }

    private func put(_ page: [UInt8], at number: Int, in path: String) throws {
        let file = open(path, O_WRONLY)
        defer { close(file) }
        guard pwrite(file, page, page.count, number * Self.pageBytes) == page.count else {
            throw ConformanceFailure("pwrite failed with \(errno)")
        }
    }
}
