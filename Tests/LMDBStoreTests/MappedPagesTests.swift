import LMDBStore
import Orchestration
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What a process has read of the file does not stay in its memory for ever.
@Suite struct MappedPagesTests {
    private static let records = 200
    private static let recordBytes = 64 << 10

    private static let all = records * recordBytes / 1024

    private static func write(to store: LMDBStore) async {
        for index in 0..<records {
            let body = [UInt8](repeating: UInt8(index), count: recordBytes)
            #expect(await store.write(RecordWrite(StoreKey("big", "\(index)"), body)).revision != nil)
        }
    }

    private static func readAll(of store: LMDBStore, _ body: (_ index: Int) throws -> Void = { _ in }) throws {
        for index in 0..<records {
            #expect(try store.get(StoreKey("big", "\(index)"))?.body.last == UInt8(index))
            try body(index)
        }
    }

    @Test func pagesThatWereReadAreLetGoOfAsTheStoreIsWritten() async throws {
        // Reads let go of nothing.
        var options = LMDBStore.Options()
        (options.mappedBytesKept, options.readsBetweenTrims) = (.max, .max)
        try await withStore(options: options) { store, directory in
            await Self.write(to: store)
            try Self.readAll(of: store)
            #expect(try Self.residentKilobytes(of: directory.store) > Self.all * 3 / 4)
            for index in 0...256 {
                #expect(await store.write(RecordWrite(StoreKey("small", "\(index)"))).revision != nil)
            }
            #expect(try Self.residentKilobytes(of: directory.store) < Self.all / 4)
            try Self.readAll(of: store)
        }
    }

    @Test func pagesThatWereReadAreLetGoOfAsTheStoreIsRead() async throws {
        var options = LMDBStore.Options()
        (options.mappedBytesKept, options.readsBetweenTrims) = (0, 1)
        try await withStore(options: options) { store, directory in
            await Self.write(to: store)
            var resident: [Int] = []
            try Self.readAll(of: store) { index in
                if index % 10 == 9 { resident.append(try Self.residentKilobytes(of: directory.store)) }
            }
            // What other tests' stores let go of at the same instant may hide what one read has looked at.
            resident.sort()
            #expect(resident[resident.count / 2] <= 2 * Self.recordBytes / 1024)
        }
    }

    /// Of the data file's mappings.
    private static func residentKilobytes(of directory: String) throws -> Int {
        let maps = try #require(fopen("/proc/self/smaps", "re"))
        defer { fclose(maps) }
        var (line, capacity) = (UnsafeMutablePointer<CChar>?.none, 0)
        defer { free(line) }
        var (total, isOurs) = (0, false)
        while getline(&line, &capacity, maps) > 0, let line {
            let words = String(cString: line).split(whereSeparator: \.isWhitespace)
            if words.count >= 5, words[0].contains("-"), !words[0].hasSuffix(":") {
                isOurs = words.last?.hasSuffix("\(directory)/data.mdb") == true
            } else if isOurs, words.first == "Rss:" {
                total += Int(words[1]) ?? 0
            }
        }
        return total
    }
}
