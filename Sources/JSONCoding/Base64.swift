/// Standard base64 (RFC 4648 section 4) with padding.
public enum Base64 {
    public static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            bytes.withUnsafeBufferPointer { input in Base64Codec.encode(input, into: output) }
        }
    }

    /// Strict: nil for white space, missing or misplaced padding, the URL-safe alphabet, and a last digit with bits that
    /// no encoder sets; so each value has one spelling. Empty text is no bytes.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { Base64Codec.decode($0) }
    }

    /// The same for text that is at hand as ASCII.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        text.withUnsafeBufferPointer { Base64Codec.decode($0) }
    }
}

/// The loops. Megabytes go through them, so they work on raw buffers and check validity once a block.
enum Base64Codec {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The value of each byte as a digit; `invalid` for bytes that are none.
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: invalid, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt32(value) }
        return values
    }()

    /// All bits: wherever in a group of four digits it is shifted to, it reaches above ``largestGroup``.
    private static let invalid = UInt32.max
    private static let largestGroup: UInt32 = 1 << 24 - 1
    private static let groupsPerCheck = 1024

    static func decode(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard input.count.isMultiple(of: 4) else { return nil }
        guard let start = input.baseAddress, input.count > 0 else { return [] }
        let padded = (input[input.count - 1] == padding ? 1 : 0) + (input[input.count - 2] == padding ? 1 : 0)
        let count = input.count / 4 * 3 - padded
        var isValid = false
        let bytes = values.withUnsafeBufferPointer { values in
            [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
                guard let base = output.baseAddress, let table = values.baseAddress else { return }
                let full = input.count / 4 - (padded > 0 ? 1 : 0)
                guard decodeGroups(full, from: start, table, into: base) else { return }
                let tail = UnsafeBufferPointer(start: start + full * 4, count: 4 - padded)
                isValid = padded == 0 || decodeTail(tail, table, into: base + full * 3)
                initialized = isValid ? count : 0
            }
        }
        return isValid ? bytes : nil
    }

    private static func decodeGroups(
        _ count: Int, from input: UnsafePointer<UInt8>, _ values: UnsafePointer<UInt32>,
        into output: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        var group = 0
        while group < count {
            var seen: UInt32 = 0
            let end = min(count, group &+ groupsPerCheck)
            while group < end {
                let digits = input + group &* 4
                let value =
                    values[Int(digits[0])] &<< 18 | values[Int(digits[1])] &<< 12
                    | values[Int(digits[2])] &<< 6 | values[Int(digits[3])]
                seen |= value
                let bytes = output + group &* 3
                bytes[0] = UInt8(truncatingIfNeeded: value &>> 16)
                bytes[1] = UInt8(truncatingIfNeeded: value &>> 8)
                bytes[2] = UInt8(truncatingIfNeeded: value)
                group &+= 1
            }
            if seen > largestGroup { return false }
        }
        return true
    }

    /// Two or three digits before the padding.
    private static func decodeTail(
        _ digits: UnsafeBufferPointer<UInt8>, _ values: UnsafePointer<UInt32>, into output: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        var value: UInt32 = 0
        for digit in digits {
            guard values[Int(digit)] != invalid else { return false }
            value = value << 6 | values[Int(digit)]
        }
        let unused: UInt32 = digits.count == 2 ? 4 : 2
        guard value & (1 << unused - 1) == 0 else { return false }
        value >>= unused
        for index in (0..<digits.count - 1).reversed() {
            output[index] = UInt8(truncatingIfNeeded: value)
            value >>= 8
        }
        return true
    }

    /// Fills `output` and returns how many bytes that were.
    static func encode(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        alphabet.withUnsafeBufferPointer { alphabet in
            var written = 0
            var at = 0
            func put(_ value: UInt32, _ digits: Int) {
                for digit in 0..<4 {
                    let index = Int(value &>> UInt32(18 &- 6 &* digit) & 63)
                    output[written &+ digit] = digit < digits ? alphabet[index] : padding
                }
                written &+= 4
            }
            while at &+ 3 <= input.count {
                put(UInt32(input[at]) << 16 | UInt32(input[at &+ 1]) << 8 | UInt32(input[at &+ 2]), 4)
                at &+= 3
            }
            switch input.count - at {
            case 1: put(UInt32(input[at]) << 16, 2)
            case 2: put(UInt32(input[at]) << 16 | UInt32(input[at + 1]) << 8, 3)
            default: break
            }
            return written
        }
    }
}
