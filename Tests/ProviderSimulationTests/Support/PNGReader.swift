@testable import ProviderSimulation

/// Opens what the writer made, by the letter of the specifications and with code of its own.
struct PNGReader {
    enum Failure: Error {
        case signature
        case chunk(Int)
        case stream
    }

    struct Chunk {
        var name: String
        var content: [UInt8]
        var crc: UInt32
        /// Computed bit by bit, without the writer's table.
        var expected: UInt32
    }

    var chunks: [Chunk] = []

    init(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Failure.signature }
        var at = 8
        while at < bytes.count {
            guard at + 12 <= bytes.count else { throw Failure.chunk(at) }
            let length = Int(Self.number(bytes[at..<(at + 4)]))
            guard at + 12 + length <= bytes.count else { throw Failure.chunk(at) }
            let named = bytes[(at + 4)..<(at + 8 + length)]
            chunks.append(
                Chunk(
                    name: String(decoding: named.prefix(4), as: UTF8.self), content: Array(named.dropFirst(4)),
                    crc: Self.number(bytes[(at + 8 + length)..<(at + 12 + length)]), expected: Self.crc(named)))
            at += 12 + length
        }
    }

    var size: (width: UInt32, height: UInt32)? {
        guard let header = chunks.first, header.name == "IHDR" else { return nil }
        return (Self.number(header.content[0..<4]), Self.number(header.content[4..<8]))
    }

    /// The filtered rows.
    func rows() throws -> [UInt8] {
        let stream = chunks.filter { $0.name == "IDAT" }.flatMap(\.content)
        guard stream.count > 6,
            (Int(stream[0]) * 256 + Int(stream[1])) % 31 == 0
        else { throw Failure.stream }
        var inflate = Inflate(bytes: Array(stream[2..<(stream.count - 4)]))
        let rows = try inflate.run()
        guard Self.adler(rows) == Self.number(stream.suffix(4)) else { throw Failure.stream }
        return rows
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var register: UInt32 = ~0
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? 0xEDB8_8320 ^ register >> 1 : register >> 1 }
        }
        return ~register
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return high << 16 | low
    }
}

/// Dynamic blocks only (RFC 1951, 3.2.7).
private struct Inflate {
    private let bytes: [UInt8]
    private var bit = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() throws -> [UInt8] {
        var output: [UInt8] = []
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            guard try take(2) == 2 else { throw PNGReader.Failure.stream }
            try block(into: &output)
        }
        guard (bit + 7) / 8 == bytes.count else { throw PNGReader.Failure.stream }
        return output
    }

    private mutating func take(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count {
            guard bit / 8 < bytes.count else { throw PNGReader.Failure.stream }
            value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << index
            bit += 1
        }
        return value
    }

    private mutating func block(into output: inout [UInt8]) throws {
        let counts = (literals: try take(5) + 257, distances: try take(5) + 1, lengths: try take(4) + 4)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var codeLengths = [Int](repeating: 0, count: 19)
        for index in 0..<counts.lengths { codeLengths[order[index]] = try take(3) }
        let lengthCodes = Self.codes(codeLengths)
        var lengths: [Int] = []
        while lengths.count < counts.literals + counts.distances {
            let symbol = try symbol(lengthCodes)
            switch symbol {
            case 17: lengths += Array(repeating: 0, count: try take(3) + 3)
            case 18: lengths += Array(repeating: 0, count: try take(7) + 11)
            case 0..<16: lengths.append(symbol)
            default: throw PNGReader.Failure.stream
            }
        }
        let literals = Self.codes(Array(lengths[..<counts.literals]))
        let distances = Self.codes(Array(lengths[counts.literals...]))
        while true {
            let symbol = try symbol(literals)
            if symbol == 256 { return }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            guard symbol == 285, try self.symbol(distances) == 0, let last = output.last else {
                throw PNGReader.Failure.stream
            }
            output += Array(repeating: last, count: 258)
        }
    }

    /// Keyed by length << 16 | code.
    private static func codes(_ lengths: [Int]) -> [Int: Int] {
        var codes: [Int: Int] = [:]
        var next = 0
        for length in 1...15 {
            next <<= 1
            for symbol in lengths.indices where lengths[symbol] == length {
                codes[length << 16 | next] = symbol
                next += 1
            }
        }
        return codes
    }

    private mutating func symbol(_ codes: [Int: Int]) throws -> Int {
        var code = 0
        for length in 1...15 {
            code = code << 1 | (try take(1))
            if let symbol = codes[length << 16 | code] { return symbol }
        }
        throw PNGReader.Failure.stream
    }
}
