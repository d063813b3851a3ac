import CurlClient

/// Why an address that arrived from outside is not called, or why the setting that allows some could not be read.
public struct EgressError: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// Not an http or https URL, or with parts that it must not have.
        case malformed = "malformed_url"
        case schemeNotAllowed = "scheme_not_allowed"
        /// A private, loopback or otherwise special address, however it is spelled.
        case addressNotAllowed = "address_not_allowed"
        /// An entry of the list of allowed peers that is neither a host nor a block of addresses.
        case invalidSetting = "invalid_setting"
    }

    public let code: Code
    /// Follows the name of the field or setting: `must be an https URL`. Fit for the sender.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Which URLs that arrived in a request or an answer may be called. Addresses that the operator configured for himself
/// (workers, providers) do not pass through here.
///
/// Checked twice: ``check(url:)`` when the URL arrives, for a clear answer, and ``filter(forHost:)`` at each connect,
/// where the peer's real address is known and a name that meanwhile points elsewhere is caught.
public struct EgressPolicy: Sendable {
    public static let maximumURLBytes = 2048
    static let maximumPeers = 1000

    /// For demonstrations and tests: any peer, and http as well.
    public let allowPrivateAddresses: Bool
    /// In lower case, without a final dot.
    private let names: Set<String>
    private let blocks: [AddressBlock]

    /// - Parameter allowedPeers: hosts and blocks of addresses (`10.0.0.0/8`, `fd00::/8`, `::1`) separated by spaces or
    ///   commas; empty for none.
    /// - Throws: `invalidSetting`, naming the entry.
    public init(allowPrivateAddresses: Bool = false, allowedPeers: String = "") throws(EgressError) {
        var names: Set<String> = []
        var blocks: [AddressBlock] = []
        let entries = allowedPeers.split { $0 == "," || $0.isWhitespace }.map(String.init)
        guard entries.count <= Self.maximumPeers else {
            throw EgressError(.invalidSetting, "has more than \(Self.maximumPeers) entries")
        }
        for entry in entries {
            if let block = AddressBlock(Self.unbracketed(entry)) {
                blocks.append(block)
            } else if let name = Self.hostName(entry) {
                names.insert(name)
            } else {
                let shown = entry.prefix(100)
                throw EgressError(.invalidSetting, "has an entry that is neither a host nor a CIDR block: \(shown)")
            }
        }
        self.allowPrivateAddresses = allowPrivateAddresses
        self.names = names
        self.blocks = blocks
    }

    /// Checks the text alone; nothing is looked up, so a name that points to a private address passes here and is
    /// refused at the connect.
    @discardableResult
    public func check(url text: String) throws(EgressError) -> ParsedURL {
        guard text.utf8.count <= Self.maximumURLBytes else {
            throw EgressError(.malformed, "must not be longer than \(Self.maximumURLBytes) bytes")
        }
        // libcurl passes over a third slash and takes the first part of the path for the host.
        guard !text.utf8.drop(while: { $0 != UInt8(ascii: ":") }).starts(with: ":///".utf8) else {
            throw EgressError(.malformed, "must have a host")
        }
        let url: ParsedURL
        do throws(HTTPError) {
            url = try ParsedURL(text)
        } catch {
            throw EgressError(.malformed, "must be an absolute https URL (\(error.message.lowercased()))")
        }
        if url.hasUserInfo { throw EgressError(.malformed, "must not have a user name or password") }
        if url.fragment != nil { throw EgressError(.malformed, "must not have a fragment") }
        if !(1...65_535).contains(url.port) { throw EgressError(.malformed, "must have a port of 1 to 65535") }
        let host = try Self.withoutFinalDot(url)
        if allowPrivateAddresses || names.contains(host.name) { return url }
        if let address = host.address {
            let isNamed = blocks.contains { $0.contains(address) }
            if isNamed { return url }
            guard AddressRules.isPublic(address) else { throw Self.addressNotAllowed }
        } else if host.name == "localhost" || host.name.hasSuffix(".localhost") {
            throw Self.addressNotAllowed
        }
        guard url.scheme == "https" else { throw EgressError(.schemeNotAllowed, "must be an https URL") }
        return url
    }

    /// The filter for requests to `host`, to be set on each of them; nil if any address of it is trusted.
    public func filter(forHost host: String) -> AddressFilter? {
        if allowPrivateAddresses || names.contains(Self.normalized(host)) { return nil }
        return AddressFilter(name: "egress") { [blocks] address in
            AddressRules.isPublic(address) || blocks.contains { $0.contains(address) }
        }
    }

    private static let addressNotAllowed = EgressError(
        .addressNotAllowed, "must not point to a private, loopback or reserved address")

    /// With a final dot an odd spelling of an address is no longer seen as one by the parser, but may be by a resolver.
    private static func withoutFinalDot(_ url: ParsedURL) throws(EgressError) -> (name: String, address: [UInt8]?) {
        let name = normalized(url.host)
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains(".."), !name.hasSuffix(".") else {
            throw EgressError(.malformed, "must have a host name without empty parts")
        }
        if url.address != nil || name == url.host { return (name, url.address) }
        return (name, (try? ParsedURL("http://\(name)/"))?.address)
    }

    private static func normalized(_ host: String) -> String {
        let lower = host.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    private static func unbracketed(_ entry: String) -> String {
        entry.hasPrefix("[") && entry.hasSuffix("]") ? String(entry.dropFirst().dropLast()) : entry
    }

    /// A host by name. One whose last part is a number would be read as an address: it is a mistake here.
    private static func hostName(_ entry: String) -> String? {
        let name = normalized(entry)
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isWellFormed = name.utf8.count <= 253 && labels.allSatisfy(isLabel)
        guard isWellFormed, let last = labels.last, last.utf8.first.map(isDigit) == false else { return nil }
        return name
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-")
            && label.utf8.last != UInt8(ascii: "-")
            && label.utf8.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
