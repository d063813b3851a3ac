import Crypto
import Orchestration

/// A key as LMDB sorts it: byte order is the order of keys, and "is below" is "begins with these bytes".
///
/// One leading byte (so that the empty prefix is a prefix of everything and LMDB never sees an empty key), then each
/// component followed by 0x00. Within a component 0x00 becomes 0x01 0x01 and 0x01 becomes 0x01 0x02, so the terminator
/// is smaller than anything inside. A component of more than 62 such bytes is cut to its first 29, followed by 0xFF
/// (which no UTF-8 text holds) and the 32 bytes of its SHA-256. Eight components therefore fit LMDB's 511 bytes.
struct EncodedKey: Hashable, Sendable {
    static let maximumPlainBytes = 62
    static let keptBytes = 29
    private static let leading: UInt8 = 0x4B
    private static let terminator: UInt8 = 0x00
    private static let escape: UInt8 = 0x01
    private static let digestMark: UInt8 = 0xFF

    let bytes: [UInt8]

    /// Within ``StoreLimits`` the result has at most 505 bytes.
    init(_ key: StoreKey) {
        var bytes: [UInt8] = [Self.leading]
        bytes.reserveCapacity(128)
        for component in key.components {
            let start = bytes.count
            for byte in component.utf8 { Self.append(byte, to: &bytes) }
            if bytes.count - start > Self.maximumPlainBytes {
                bytes.removeSubrange((start + Self.keptBytes)...)
                bytes.append(Self.digestMark)
                bytes.append(contentsOf: SHA256.hash(data: Array(component.utf8)))
            }
            bytes.append(Self.terminator)
        }
        self.bytes = bytes
    }

    init(stored bytes: UnsafeRawBufferPointer) {
        self.bytes = Array(bytes)
    }

    func hasPrefix(_ prefix: EncodedKey) -> Bool { bytes.starts(with: prefix.bytes) }

    /// The key, if none of its components is a digest and the bytes are an encoding at all.
    var decoded: StoreKey? {
        guard bytes.first == Self.leading else { return nil }
        var components: [String] = []
        for part in bytes.dropFirst().split(separator: Self.terminator, omittingEmptySubsequences: false).dropLast() {
            guard let text = Self.text(of: part) else { return nil }
            components.append(text)
        }
        let key = StoreKey(components)
        return EncodedKey(key) == self ? key : nil
    }

    private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        if byte <= escape {
            bytes.append(escape)
            bytes.append(byte + 1)
        } else {
            bytes.append(byte)
        }
    }

    private static func text(of part: ArraySlice<UInt8>) -> String? {
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in part {
            if isEscaped {
                plain.append(byte &- 1)
                isEscaped = false
            } else if byte == escape {
                isEscaped = true
            } else {
                plain.append(byte)
            }
        }
        return isEscaped ? nil : String(validating: plain, as: UTF8.self)
    }
}
