import CurlClient

/// A block of IPv4 or IPv6 addresses.
public struct AddressBlock: Hashable, Sendable {
    private let prefix: [UInt8]
    private let bits: Int

    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address; nil for anything else. Bits beyond the prefix are ignored,
    /// and a block of IPv4 addresses in IPv6 form is the IPv4 block.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = ParsedURL.parseAddress(String(parts[0])) else { return nil }
        var bits = address.count * 8
        if parts.count == 2 {
            guard let given = Self.prefixLength(parts[1]), given <= bits else { return nil }
            bits = given
        }
        let mapped = AddressRules.unmapped(address)
        if mapped.count < address.count {
            guard bits >= 96 else { return nil }
            bits -= 96
        }
        prefix = mapped
        self.bits = bits
    }

    /// - Parameter address: 4 or 16 bytes in the network's order. An IPv4 address in IPv6 form is the IPv4 address.
    public func contains(_ address: [UInt8]) -> Bool {
        let address = AddressRules.unmapped(address)
        guard address.count == prefix.count else { return false }
        let whole = bits / 8
        guard address[..<whole] == prefix[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0
    }

    private static func prefixLength(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

/// Which peers belong to the public internet, by their number alone.
public enum AddressRules {
    /// False for loopback, private, link-local (the clouds' metadata among them), shared, documentation, benchmark,
    /// multicast and reserved ranges, and for IPv6 forms that carry IPv4 addresses to somebody else's gateway. What is
    /// not 4 or 16 bytes is no public address either.
    public static func isPublic(_ address: [UInt8]) -> Bool {
        let plain = unmapped(address)
        switch plain.count {
        case 4, 16: break
        default: return false
        }
        if translated.contains(plain) { return isPublic(Array(plain[12...])) }
        return !denied.contains { $0.contains(plain) }
    }

    /// An IPv4 address in IPv6 form (`::ffff:a.b.c.d`) as its four bytes; any other address as it is.
    static func unmapped(_ address: [UInt8]) -> [UInt8] {
        let isMapped =
            address.count == 16 && address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
        return isMapped ? Array(address[12...]) : address
    }

    /// The well-known prefix of NAT64: a network without IPv4 reaches every IPv4 host through it, so the host counts.
    private static let translated = block("64:ff9b::/96")

    private static let denied: [AddressBlock] = [
        // IPv4: this network, private, shared (CGNAT), loopback, link-local, private.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        // Protocol assignments, documentation, 6to4 relays, private, benchmarks, documentation.
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        // Documentation, multicast, reserved and broadcast.
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // IPv6: unspecified, loopback and the old IPv4-compatible form; local NAT64; discard.
        "::/96", "64:ff9b:1::/48", "100::/64",
        // Teredo, documentation, 6to4, documentation, segment routing.
        "2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        // Unique local, link-local, site-local, multicast.
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].map(block)

    private static func block(_ text: String) -> AddressBlock {
        guard let block = AddressBlock(text) else { preconditionFailure("not an address block: \(text)") }
        return block
    }
}
