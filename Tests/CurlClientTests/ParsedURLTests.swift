import CurlClient
import Testing

@Suite("URLs as libcurl reads them")
struct ParsedURLTests {
    @Test("all parts")
    func parts() throws {
        let url = try ParsedURL("HTTPS://Example.COM:8443/a/%62?c=d&e#f")
        #expect(url.scheme == "https")
        #expect(url.host == "example.com")
        #expect(url.port == 8443)
        #expect(url.path == "/a/%62")
        #expect(url.query == "c=d&e")
        #expect(url.fragment == "f")
        #expect(!url.hasUserInfo)
        #expect(url.address == nil)
    }

    @Test("defaults")
    func defaults() throws {
        let url = try ParsedURL("http://example.com")
        #expect(url.port == 80)
        #expect(url.path == "/")
        #expect(url.query == nil)
        #expect(url.fragment == nil)
        #expect(try ParsedURL("https://example.com").port == 443)
    }

    @Test(
        "spellings of one address",
        arguments: [
            "127.0.0.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
            "0x7f.0.0.0x1", "%31%32%37.0.0.1", "127.0.0.0x1",
        ])
    func spellings(_ host: String) throws {
        #expect(try ParsedURL("http://\(host)/").address == [127, 0, 0, 1])
    }

    @Test("IPv6, with and without a zone", arguments: ["[::1]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]"])
    func version6(_ host: String) throws {
        let url = try ParsedURL("http://\(host):80/")
        #expect(url.address == [UInt8](repeating: 0, count: 15) + [1])
        #expect(url.host == "::1" || url.host == "0:0:0:0:0:0:0:1")
    }

    @Test("user information, even an empty one", arguments: ["u@h", "u:p@h", "@h", ":@h"])
    func userInfo(_ authority: String) throws {
        #expect(try ParsedURL("http://\(authority)/").hasUserInfo)
    }

    @Test("an @ beyond the host part is none", arguments: ["http://h/@", "http://h?@", "http://h#@"])
    func noUserInfo(_ text: String) throws {
        #expect(try !ParsedURL(text).hasUserInfo)
    }
}
