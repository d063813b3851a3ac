import CurlClient
import HTTPChannels
import Testing

@Suite("which addresses are public")
struct AddressRulesTests {
    @Test(
        "special ranges, at both ends",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0",
            "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0",
            "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
            "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.0", "239.255.255.255", "240.0.0.0",
            "255.255.255.255", "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
            "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1",
            "2001:0:ffff::1", "2001:db8::1", "2002::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "3fff:fff::1",
            "5f00::1", "fc00::1", "fd12:3456::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1", "feff::1", "ff00::1",
            "ff02::1",
        ])
    func special(_ text: String) throws {
        #expect(try !AddressRules.isPublic(#require(ParsedURL.parseAddress(text))))
    }

    @Test(
        "their neighbours and ordinary ones",
        arguments: [
            "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255",
            "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
            "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.255", "203.0.114.0", "223.255.255.255",
            "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:2::1", "100:0:0:1::1", "2001:1::1", "2001:4860:4860::8888",
            "2003::1", "2606:4700::1111", "3ffe::1", "3fff:1000::1", "5eff::1", "5f01::1", "fbff::1",
        ])
    func ordinary(_ text: String) throws {
        #expect(try AddressRules.isPublic(#require(ParsedURL.parseAddress(text))))
    }

    @Test(
        "what is no address is not public", arguments: [[], [8], [8, 8, 8, 8, 8], [UInt8](repeating: 0x26, count: 15)])
    func noAddress(_ bytes: [UInt8]) {
        #expect(!AddressRules.isPublic(bytes))
    }

    @Test(
        "blocks hold their own",
        arguments: [
            ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.9.9.9/8", "10.0.0.1", true),
            ("192.168.1.0/25", "192.168.1.127", true), ("192.168.1.0/25", "192.168.1.128", false),
            ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("0.0.0.0/0", "255.1.1.1", true),
            ("0.0.0.0/0", "::1", false), ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("fd00::/8", "fdab::1", true),
            ("fd00::/8", "fc00::1", false), ("::ffff:10.0.0.0/104", "10.2.3.4", true), ("::1", "::1", true),
            ("::/0", "2606::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ])
    func blocks(_ block: String, _ address: String, _ isIn: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(try block.contains(#require(ParsedURL.parseAddress(address))) == isIn)
    }

    @Test(
        "texts that are no block",
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8", "::/129",
            "host/8", "10.0.0.256", "::ffff:10.0.0.0/8", " 10.0.0.0/8", "10.0.0.0 /8", "fe80::1%eth0", "1.2.3.4\u{0}",
        ])
    func noBlock(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }
}
