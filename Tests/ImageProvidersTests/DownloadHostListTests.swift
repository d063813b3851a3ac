import CurlClient
import ImageProviders
import Testing

@Suite("hosts that the operator named")
struct DownloadHostListTests {
    @Test(
        "are found in a URL",
        arguments: [
            ("a.test", "https://a.test/", true), ("a.test", "https://A.TEST/x?y", true),
            ("A.test", "https://a.test", true),
            ("b.test, a.test", "https://a.test/", true), ("a.test", "https://b.a.test/", false),
            ("*.a.test", "https://b.a.test/", true), ("*.a.test", "https://c.b.a.test/", true),
            ("*.a.test", "https://a.test/", false), ("*.a.test", "https://ba.test/", false),
            ("*.a.test", "https://.a.test/", false), ("*.a.test", "https://b.a.test.evil.test/", false),
            ("a.test:8443", "https://a.test:8443/", true), ("a.test:8443", "https://a.test/", false),
            ("a.test", "https://a.test:8443/", false), ("*.a.test:1", "https://b.a.test:1/", true),
            ("127.0.0.1", "https://127.0.0.1/", true), ("127.0.0.1", "https://0x7f.1/", true),
            ("127.0.0.1", "https://127.0.0.1./", false), ("[::1]:80", "http://[::1]/", true),
            ("", "https://a.test/", false),
        ])
    func found(list: String, url: String, isFound: Bool) throws {
        let url = try? ParsedURL(url)
        #expect((try url.map { try HostList(list).contains($0) } ?? false) == isFound)
    }

    @Test(arguments: [
        "*", "*.", "*.test", "https://a.test", "a.test/x", "a.test?x", "u@a.test", "a.test:0", "a.test:65536",
        "a.test:x",
        "a..test", ".a.test", "a.test.", "*.*.a.test", "*.127.0.0.1", "*a.test", "a b.te%st", "[::g]", "é.test",
    ])
    func badEntriesAreNamed(entry: String) {
        let error = #expect(throws: ProviderConfigurationError.self) { try HostList("good.test \(entry)") }
        #expect(error?.message.contains(entry.split(separator: " ").last ?? "") == true)
    }

    @Test func thereIsABound() {
        let many = (0...1_000).map { "h\($0).test" }.joined(separator: " ")
        #expect(throws: ProviderConfigurationError.self) { try HostList(many) }
    }
}
