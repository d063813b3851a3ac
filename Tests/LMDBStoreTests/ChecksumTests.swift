import Testing

@testable import LMDBStore

@Suite struct ChecksumTests {
    /// Published values of XXH64, so that a file can be checked by other tools.
    @Test func agreesWithThePublishedValues() {
        #expect(Checksum.of([]) == 0xEF46_DB37_51D8_E999)
        #expect(Checksum.of(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
        #expect(Checksum.of(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
        #expect(Checksum.of(Array("Nobody inspects the spammish repetition".utf8)) == 0xFBCE_A83C_8A37_8BF1)
    }

    @Test func noticesEveryFlippedBit() {
        let bytes = (0..<77).map { UInt8($0) }
        let sum = Checksum.of(bytes, seed: 5)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(Checksum.of(damaged, seed: 5) != sum)
        }
        #expect(Checksum.of(bytes, seed: 6) != sum)
    }
}
