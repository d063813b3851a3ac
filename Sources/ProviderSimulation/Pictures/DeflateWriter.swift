/// A deflate stream (RFC 1951) of one dynamic block whose code lengths the caller knows beforehand.
///
/// The pictures here are made so that a fixed code fits them: no statistics are gathered and no matches searched.
struct DeflateWriter {
    private struct Code {
        var bits: UInt64 = 0
        var count = 0
    }

    static let endOfBlock = 256
    /// The length symbol for 258 bytes, the longest match; it carries no extra bits.
    static let longestMatch = 285
    static let longestMatchBytes = 258

    private var writer = LeastSignificantBitWriter()
    private let literals: [Code]

    /// - Parameters:
    ///   - literalLengths: code length for each literal and length symbol, 0 for unused; at least 257, each at most 5.
    ///   - distanceLengths: the same for distances; one entry of 0 when there are no matches.
    init(literalLengths: [Int], distanceLengths: [Int], reserving bytes: Int) {
        literals = Self.canonicalCodes(literalLengths)
        writer.reserve(bytes)
        writer.append(0b101, count: 3)
        writer.append(UInt64(literalLengths.count - 257), count: 5)
        writer.append(UInt64(distanceLengths.count - 1), count: 5)
        writeCodeLengths(literalLengths)
        for run in Self.runs(literalLengths + distanceLengths) {
            let code = Self.lengthCodes[run.symbol]
            writer.append(code.bits, count: code.count)
            writer.append(UInt64(run.extra), count: run.extraBits)
        }
    }

    mutating func append(symbol: Int) {
        let code = literals[symbol]
        writer.append(code.bits, count: code.count)
    }

    /// Appends that many zero bits: matches, where the caller's code makes a match all zeros.
    mutating func appendZeroBits(_ count: Int) { writer.appendZeros(count) }

    mutating func finish() -> [UInt8] {
        append(symbol: Self.endOfBlock)
        return writer.finish()
    }

    // MARK: The code of the code lengths: eight symbols of three bits each, which is complete.

    private static let lengthSymbols = [0, 1, 2, 3, 4, 5, 17, 18]
    private static let lengthLengths = (0..<19).map { lengthSymbols.contains($0) ? 3 : 0 }
    private static let lengthCodes = canonicalCodes(lengthLengths)
    private static let transmissionOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func writeCodeLengths(_ literalLengths: [Int]) {
        writer.append(UInt64(Self.transmissionOrder.count - 4), count: 4)
        for symbol in Self.transmissionOrder { writer.append(UInt64(Self.lengthLengths[symbol]), count: 3) }
    }

    private struct Run {
        var symbol: Int
        var extra = 0
        var extraBits = 0
    }

    private static func runs(_ lengths: [Int]) -> [Run] {
        var runs: [Run] = []
        var index = 0
        while index < lengths.count {
            let zeros = lengths[index...].prefix(138).prefix { $0 == 0 }.count
            switch zeros {
            case 11...: runs.append(Run(symbol: 18, extra: zeros - 11, extraBits: 7))
            case 3...: runs.append(Run(symbol: 17, extra: zeros - 3, extraBits: 3))
            default: runs.append(Run(symbol: lengths[index]))
            }
            index += zeros >= 3 ? zeros : 1
        }
        return runs
    }

    /// Codes in the order of RFC 1951, 3.2.2, already reversed: the stream takes the low bit first.
    private static func canonicalCodes(_ lengths: [Int]) -> [Code] {
        var codes = [Code](repeating: Code(), count: lengths.count)
        var next: UInt64 = 0
        for length in 1...15 {
            next <<= 1
            for symbol in lengths.indices where lengths[symbol] == length {
                codes[symbol] = Code(bits: reversed(next, count: length), count: length)
                next += 1
            }
        }
        return codes
    }

    private static func reversed(_ value: UInt64, count: Int) -> UInt64 {
        (0..<count).reduce(UInt64(0)) { result, bit in result << 1 | (value >> UInt64(bit)) & 1 }
    }
}
