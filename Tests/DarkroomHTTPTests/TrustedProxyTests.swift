import Testing

@testable import DarkroomHTTP

/// Whose word is taken for whom a request comes from.
@Suite("Trusted proxies")
struct TrustedProxyTests {
    @Test(arguments: [
        // The client, one proxy, two.
        (["203.0.113.7"], "203.0.113.7"), (["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        (["203.0.113.7", "10.1.2.3"], "203.0.113.7"),
        // What the client tells of itself comes before what the proxies saw.
        (["127.0.0.1, 203.0.113.7"], "203.0.113.7"), (["nonsense, 203.0.113.7 ,10.1.2.3"], "203.0.113.7"),
        // With ports, and IPv6.
        (["203.0.113.7:4711"], "203.0.113.7"), (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["2001:db8::7, fd00::1"], "2001:db8::7"),
        // None but trusted ones: the farthest.
        (["10.9.9.9, 10.1.2.3"], "10.9.9.9"), (["127.0.0.1"], "127.0.0.1"),
    ])
    func theFirstThatIsNoProxyIsTheClient(_ told: [String], _ client: String) throws {
        let proxies = try #require(TrustedProxies("127.0.0.0/8, 10.0.0.0/8 fd00::/8"))
        for peer in ["127.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "fd00::5%eth0"] {
            #expect(proxies.client(behind: peer, told: told) == client, "\(peer)")
        }
    }

    @Test(arguments: [[], [""], ["unknown"], ["203.0.113.7, unknown"], ["203.0.113.7,"], ["203.0.113.7 10.0.0.1"]])
    func anUnclearWordIsNone(_ told: [String]) throws {
        let proxies = try #require(TrustedProxies("127.0.0.1,10.0.0.0/8"))
        #expect(proxies.client(behind: "127.0.0.1", told: told) == nil)
    }

    @Test func othersAreNotBelieved() throws {
        let proxies = try #require(TrustedProxies("10.0.0.0/8"))
        for peer in ["127.0.0.1", "203.0.113.7", nil] {
            #expect(proxies.client(behind: peer, told: ["198.51.100.1"]) == nil)
        }
        #expect(TrustedProxies.none.client(behind: "127.0.0.1", told: ["198.51.100.1"]) == nil)
        for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0.0/8;127.0.0.1"] { #expect(TrustedProxies(wrong) == nil) }
        #expect(TrustedProxies("") != nil)
    }
}
