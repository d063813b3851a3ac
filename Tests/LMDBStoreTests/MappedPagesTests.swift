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

    @Test func pagesThatWereReadAreLetGoOfAsTheStoreIsWritten() async throws {
        try await withStore { store, directory in
            for index in 0..<Self.records {
                let body = [UInt8](repeating: UInt8(index), count: Self.recordBytes)
                #expect(await store.write(RecordWrite(StoreKey("big", "\(index)"), body)).revision != nil)
            }
            func readAll() throws {
                for index in 0..<Self.records {
                    #expect(try store.get(StoreKey("big", "\(index)"))?.body.last == UInt8(index))
                }
            }
            let all = Self.records * Self.recordBytes / 1024
            // The writer may still be looking after the last commit.
            var isResident = false
            for _ in 0..<100 where !isResident {
                try readAll()
                isResident = try Self.residentKilobytes(of: directory.store) > all * 3 / 4
            }
            #expect(isResident)
            // It goes by what the whole process has, other tests' stores included, and after 256 commits by nothing.
            for index in 0...256 {
                #expect(await store.write(RecordWrite(StoreKey("small", "\(index)"))).revision != nil)
            }
            #expect(try Self.residentKilobytes(of: directory.store) < all / 4)
            try readAll()
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
