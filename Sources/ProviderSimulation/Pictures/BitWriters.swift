/// Packs bits from the low end of each byte up, as deflate does.
struct LeastSignificantBitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func append(_ bits: UInt64, count: Int) {
        pending |= bits << UInt64(pendingCount)
        pendingCount += count
        while pendingCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            pendingCount -= 8
        }
    }

    mutating func appendZeros(_ count: Int) {
        let first = min(count, (8 - pendingCount) % 8)
        append(0, count: first)
        bytes.append(contentsOf: repeatElement(0, count: (count - first) / 8))
        append(0, count: (count - first) % 8)
    }

    mutating func finish() -> [UInt8] {
        append(0, count: (8 - pendingCount) % 8)
        return bytes
    }
}

/// Packs bits from the high end of each byte down and escapes 0xFF, as the scan of a JPEG does.
struct JPEGScanWriter {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    mutating func append(_ bits: UInt64, count: Int) {
        pending = pending << UInt64(count) | bits
        pendingCount += count
        while pendingCount >= 8 {
            let byte = UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount - 8))
            bytes.append(byte)
            if byte == 0xFF { bytes.append(0) }
            pendingCount -= 8
        }
    }

    mutating func finish() -> [UInt8] {
        let padding = (8 - pendingCount) % 8
        append((1 << UInt64(padding)) - 1, count: padding)
        return bytes
    }
}
