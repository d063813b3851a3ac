import CurlClient
import HTTPChannels
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("URLs that arrived from outside", .timeLimit(.minutes(2)))
struct EgressPolicyTests {
    private func refusal(of url: String, by policy: EgressPolicy) -> EgressError.Code? {
        do throws(EgressError) {
            try policy.check(url: url)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(
        "are called when they are public and https",
        arguments: [
            "https://example.com", "https://example.com/", "https://example.com:8443/a?b=c", "HTTPS://EXAMPLE.COM/",
            "https://example.com./", "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://xn--bcher-kva.example/",
            "https://a_b.example.com/", "https://example.com/@b", "https://134744072/",
            "https://localhost.example.com/",
        ])
    func allowed(_ url: String) throws {
        #expect(refusal(of: url, by: try EgressPolicy()) == nil)
    }

    @Test(
        "with a forbidden address are refused however it is spelled",
        arguments: [
            "127.0.0.1", "127.1", "0x7f.1", "0x7F.0x0.0x0.0x1", "0x7f000001", "2130706433", "0177.0.0.1",
            "017700000001",
            "127.0.0.1.", "0x7f.1.", "2130706433.", "%31%32%37.0.0.1", "0", "0.0.0.0", "10.1.2.3", "169.254.169.254",
            "2852039166", "192.168.0.1", "100.64.0.1", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25eth0]",
            "[fd00::1]", "localhost", "LOCALHOST", "localhost.", "a.localhost",
        ])
    func addresses(_ host: String) throws {
        let policy = try EgressPolicy()
        #expect(refusal(of: "https://\(host)/hook", by: policy) == .addressNotAllowed)
        #expect(refusal(of: "https://\(host):8443", by: policy) == .addressNotAllowed)
        let open = try EgressPolicy(allowPrivateAddresses: true)
        #expect(refusal(of: "http://\(host)/hook", by: open) == nil)
    }

    @Test(
        "with parts that they must not have are malformed",
        arguments: [
            "", "example.com", "//example.com/", "/hook", "https://", "https:///", "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com/", "javascript:alert(1)", "https://u@example.com/", "https://u:p@example.com/",
            "https://@example.com/", "https://example.com/#f", "https://example.com#", "https://example.com:0/",
            "https://example.com:65536/", "https://example.com:x/", "https://exa mple.com/", "https://example.com/a b",
            "https://example.com/\n", "https://example.com\r\nHost: x/", "https://example.com/\u{0}",
            "https://example.com\\@127.0.0.1/", "https://b\u{fc}cher.example/", "https://\u{ff11}27.0.0.1/",
            "https://example..com/", "https://example.com../", "https://.example.com/", "https://./", "https://[::1/",
            "https://[example.com]/", "https://example.com/" + String(repeating: "x", count: 2048),
        ])
    func malformed(_ url: String) throws {
        for isOpen in [false, true] {
            #expect(refusal(of: url, by: try EgressPolicy(allowPrivateAddresses: isOpen)) == .malformed)
        }
    }

    @Test("need https, unless the host is allowed")
    func scheme() throws {
        let policy = try EgressPolicy(allowedPeers: "hooks.internal, 10.0.0.0/8 [fd00::1]\n::1")
        #expect(refusal(of: "http://example.com/", by: policy) == .schemeNotAllowed)
        #expect(refusal(of: "http://8.8.8.8/", by: policy) == .schemeNotAllowed)
        for host in [
            "hooks.internal", "HOOKS.internal.", "10.1.2.3", "0xa.1", "[::ffff:10.0.0.1]", "[fd00::1]", "[::1]",
        ] {
            #expect(refusal(of: "http://\(host):8080/", by: policy) == nil)
            #expect(refusal(of: "https://\(host)/", by: policy) == nil)
        }
        for host in ["a.hooks.internal", "internal"] {
            #expect(refusal(of: "http://\(host)/", by: policy) == .schemeNotAllowed)
        }
        for host in ["11.0.0.1", "[fd00::2]"] {
            #expect(
                refusal(of: "http://\(host)/", by: policy)
                    == (host == "11.0.0.1" ? .schemeNotAllowed : .addressNotAllowed))
        }
    }

    @Test(
        "a bad entry of the setting is named",
        arguments: [
            "http://host", "host:80", "10.0.0.0/33", "10.0.0.256", "0x7f.1", "*.example.com", "a..b", "-a", "host/8",
            "a@b",
            "::g", ".",
        ])
    func badSetting(_ entry: String) {
        let error = #expect(throws: EgressError.self) {
            try EgressPolicy(allowedPeers: "good.example \(entry),10.0.0.0/8")
        }
        #expect(error?.code == .invalidSetting)
        #expect(error?.message.hasSuffix(": \(entry)") == true)
    }

    @Test("the filter trusts allowed names whole, and other names only at allowed and public addresses")
    func filter() throws {
        let policy = try EgressPolicy(allowedPeers: "hooks.internal 10.0.0.0/8")
        #expect(policy.filter(forHost: "Hooks.Internal.") == nil)
        #expect(try EgressPolicy(allowPrivateAddresses: true).filter(forHost: "example.com") == nil)
        let filter = try #require(policy.filter(forHost: "example.com"))
        #expect(filter.allows([8, 8, 8, 8]))
        #expect(filter.allows([10, 1, 2, 3]))
        #expect(!filter.allows([127, 0, 0, 1]))
        #expect(!filter.allows([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 168, 0, 1]))
        #expect(!filter.allows([]))
    }

    @Test("a name that points to loopback is refused at the connect, and its server sees nobody")
    func rebinding() async throws {
        let host = "localhost"
        let listener = try Listener()
        let client = CurlClient()
        var request = HTTPRequest(
            "POST", "http://\(host):\(listener.port)/hook", body: [1], timeout: .seconds(60), maximumBodyBytes: 1000)
        request.addressFilter = try EgressPolicy().filter(forHost: host)
        let refusal = await error(of: request, with: client)
        #expect(refusal?.code == .addressRefused)
        #expect(refusal?.phase == .beforeSend)
        #expect(client.statistics.connectionsOpened == 0)
        #expect(!listener.hasConnection)
        await client.shutdown()
        listener.stop()
    }

    private func error(of request: HTTPRequest, with client: CurlClient) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }
}

/// Listens on a free port of loopback; the kernel completes connections whether or not they are accepted.
private struct Listener {
    struct Failure: Error { let code: Int32 }

    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) { [descriptor] bytes -> Int32 in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return bind(descriptor, start, length) == 0 ? getsockname(descriptor, start, &length) : -1
        }
        guard code == 0, listen(descriptor, 16) == 0 else { throw Failure(code: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    var hasConnection: Bool {
        let accepted = accept(descriptor, nil, nil)
        if accepted >= 0 { close(accepted) }
        return accepted >= 0
    }

    func stop() { close(descriptor) }
}
