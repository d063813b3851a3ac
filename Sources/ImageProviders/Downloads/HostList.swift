import CurlClient

/// Hosts that the operator named.
public struct HostList: Hashable, Sendable {
    /// More is a mistake, and each URL is compared with all of them.
    static let maximumEntries = 1_000

    private struct Entry: Hashable, Sendable {
        var host: String
        /// Whether the hosts below `host` are meant, and not `host` itself.
        var isDomain: Bool
        /// nil stands for the scheme's own.
        var port: Int?
    }

    private let entries: Set<Entry>

    /// No hosts.
    public init() { entries = [] }

    /// - Parameter text: entries separated by spaces or commas: `host`, `192.0.2.1`, `[2001:db8::1]`, or `*.domain` for
    ///   all hosts below a domain of at least two parts, each perhaps with `:port`. Without a port an entry stands for
    ///   the scheme's own port only.
    /// - Throws: if an entry is none of these; the message names it.
    public init(_ text: String) throws(ProviderConfigurationError) {
        let words = text.split { $0 == "," || $0.isWhitespace }
        guard words.count <= Self.maximumEntries else {
            throw ProviderConfigurationError("the list of hosts has more than \(Self.maximumEntries) entries")
        }
        var entries: Set<Entry> = []
        for word in words {
            guard let entry = Self.entry(word) else {
                throw ProviderConfigurationError(
                    "the list of hosts has an entry that is neither a host nor *.domain: \(word.prefix(100))")
            }
            entries.insert(entry)
        }
        self.entries = entries
    }

    /// Compares the host and the port that a request to `url` would go to. A name with a dot at its end is another name.
    public func contains(_ url: ParsedURL) -> Bool {
        let ownPort = url.scheme == "https" ? 443 : 80
        return entries.contains { entry in
            guard url.port == entry.port ?? ownPort else { return false }
            return entry.isDomain ? url.address == nil && url.host.isBelow(entry.host) : url.host == entry.host
        }
    }

    private static func entry(_ word: Substring) -> Entry? {
        let isDomain = word.hasPrefix("*.")
        let authority = isDomain ? word.dropFirst(2) : word
        guard !authority.isEmpty, !authority.utf8.contains(where: "/?#@*%".utf8.contains),
            let url = try? ParsedURL("https://\(authority)/"), (1...65_535).contains(url.port)
        else { return nil }
        let labels = url.host.split(separator: ".", omittingEmptySubsequences: false)
        if url.address == nil {
            guard labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        }
        if isDomain {
            guard url.address == nil, labels.count >= 2 else { return nil }
        }
        return Entry(host: url.host, isDomain: isDomain, port: url.port == 443 ? nil : url.port)
    }
}

extension String {
    fileprivate func isBelow(_ domain: String) -> Bool {
        utf8.count > domain.utf8.count + 1 && hasSuffix(".\(domain)") && !hasPrefix(".")
    }
}
