import CurlClient

/// Which URLs that came in a provider's answer may be fetched, and which of them are shown the provider's key.
public struct DownloadPolicy: Sendable {
    /// Why a URL is not to be called, in words that follow its name: `must not point to a private address`.
    public struct Refusal: Error, Hashable, Sendable {
        public let message: String
        public init(_ message: String) { self.message = message }
    }

    /// The product's rule for addresses that arrived from outside: the filter to set on a request to `url` (nil trusts
    /// every address of its host), or why there is none. It does not block.
    public typealias AddressRule = @Sendable (_ url: String) -> Result<AddressFilter?, Refusal>

    /// The provider itself, as the operator set it: its own URLs are as trusted as its API is, over the same scheme, and
    /// are shown the key.
    public var origin: ProviderOrigin?
    /// Hosts that pictures are fetched from without the key.
    public var hosts = HostList()
    /// Hosts that pictures are fetched from with the key, which no other host is ever shown.
    public var keyHosts = HostList()
    /// Whether those hosts may be called over plain `http`.
    public var allowsHTTP = false
    /// A larger picture is given up.
    public var maximumBytes = 64 << 20
    public var connectTimeout = Duration.seconds(10)
    private let rule: AddressRule

    /// - Parameter rule: asked about every URL but those of `origin`.
    public init(origin: ProviderOrigin? = nil, rule: @escaping AddressRule) {
        self.origin = origin
        self.rule = rule
    }

    /// How a URL is fetched.
    struct Permission {
        var host: String
        var addressFilter: AddressFilter?
        var showsKey: Bool
    }

    func permission(for text: String) -> Result<Permission, Refusal> {
        let url: ParsedURL
        do throws(HTTPError) { url = try ParsedURL(text) } catch {
            return .failure(Refusal("is not an https URL"))
        }
        if url.hasUserInfo { return .failure(Refusal("has a user name or password")) }
        if url.fragment != nil { return .failure(Refusal("has a fragment")) }
        if isOrigin(url) { return .success(Permission(host: url.host, addressFilter: nil, showsKey: true)) }
        guard url.scheme == "https" || allowsHTTP else { return .failure(Refusal("is not an https URL")) }
        let showsKey = keyHosts.contains(url)
        guard showsKey || hosts.contains(url) else {
            return .failure(Refusal("is at a host that is not allowed: \(url.host)"))
        }
        return rule(text).map { Permission(host: url.host, addressFilter: $0, showsKey: showsKey) }
    }

    private func isOrigin(_ url: ParsedURL) -> Bool {
        guard let own = origin.flatMap({ try? ParsedURL("\($0.origin)/") }) else { return false }
        return url.scheme == own.scheme && url.host == own.host && url.port == own.port
    }
}
