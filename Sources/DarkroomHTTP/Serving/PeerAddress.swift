#if canImport(Glibc)
import Glibc
#endif

/// Whom an address belongs to, as far as can be told: all of an IPv4 address, and the network of an IPv6 address, of
/// which one machine has as many as it likes.
enum PeerAddress: Hashable, Sendable {
    case four(UInt32)
    case sixNetwork(UInt64)

    /// - Parameter text: as a socket names its peer; nil for what is no address.
    init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self = .four(bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
        } else if inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &bytes) == 1 {
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self =
                isMapped
                ? .four(bytes.suffix(4).reduce(0) { $0 << 8 | UInt32($1) })
                : .sixNetwork(bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        } else {
            return nil
        }
    }
}
