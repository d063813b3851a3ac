/// RFC 1951, bit by bit: slow, short, and not the library under test.
struct Inflate {
    private let bytes: [UInt8]
    private var at = 0
    private var out: [UInt8] = []
    private var isDamaged = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// nil if the stream is damaged.
    mutating func run() -> [UInt8]? {
        var isLast = false
        while !isLast, !isDamaged {
            isLast = bits(1) == 1
            switch bits(2) {
            case 0: stored()
            case 1: block(Code(Inflate.fixedLengths), Code([Int](repeating: 5, count: 30)))
            case 2: dynamic()
            default: isDamaged = true
            }
        }
        return isDamaged ? nil : out
    }

    private mutating func bits(_ count: Int) -> Int {
        var value = 0
        for index in 0..<count {
            guard at >> 3 < bytes.count else {
                isDamaged = true
                return 0
            }
            value |= Int(bytes[at >> 3] >> UInt8(at & 7) & 1) << index
            at += 1
        }
        return value
    }

    private mutating func stored() {
        at = (at + 7) & ~7
        let count = bits(16)
        _ = bits(16)
        for _ in 0..<count where !isDamaged { out.append(UInt8(bits(8))) }
    }

    private mutating func dynamic() {
        let (literals, distances, meta) = (bits(5) + 257, bits(5) + 1, bits(4) + 4)
        var metaLengths = [Int](repeating: 0, count: 19)
        for index in 0..<meta { metaLengths[Inflate.metaOrder[index]] = bits(3) }
        let code = Code(metaLengths)
        var lengths: [Int] = []
        while lengths.count < literals + distances, !isDamaged {
            switch symbol(code) {
            case let length where length < 16: lengths.append(length)
            case 16: lengths += [Int](repeating: lengths.last ?? 0, count: 3 + bits(2))
            case 17: lengths += [Int](repeating: 0, count: 3 + bits(3))
            default: lengths += [Int](repeating: 0, count: 11 + bits(7))
            }
        }
        guard !isDamaged else { return }
        block(Code(Array(lengths[..<literals])), Code(Array(lengths[literals..<literals + distances])))
    }

    private mutating func block(_ literals: Code, _ distances: Code) {
        while !isDamaged {
            let symbol = symbol(literals)
            if symbol == 256 { return }
            guard symbol > 256 else {
                out.append(UInt8(symbol))
                continue
            }
            let length = Inflate.lengthBase[symbol - 257] + bits(Inflate.lengthExtra[symbol - 257])
            let code = self.symbol(distances)
            let distance = Inflate.distanceBase[code] + bits(code < 4 ? 0 : code / 2 - 1)
            guard distance <= out.count else {
                isDamaged = true
                return
            }
            for _ in 0..<length { out.append(out[out.count - distance]) }
        }
    }

    private mutating func symbol(_ code: Code) -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= bits(1)
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        isDamaged = true
        return 256
    }

    /// Canonical Huffman code from code lengths.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in 1...15 {
                let members = lengths.indices.filter { lengths[$0] == length }
                counts[length] = members.count
                symbols += members
            }
        }
    }

    private static let metaOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixedLengths =
        [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
        + [Int](repeating: 8, count: 8)
    private static let lengthExtra = (0..<29).map { $0 < 4 || $0 == 28 ? 0 : $0 / 4 - 1 }
    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
}
