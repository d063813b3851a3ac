import HTTPTypes
import Hummingbird
import JobModel
import NIOCore
import Orchestration
import Testing

@testable import DarkroomHTTP

@Suite("Requests and who made them")
struct CallerTests {
    private func request(_ fields: [String: String], authority: String? = "127.0.0.1") throws -> Request {
        var head = HTTPRequest(method: .post, scheme: "http", authority: authority, path: "/api/generate-case")
        for (name, value) in fields { head.headerFields[try #require(HTTPField.Name(name))] = value }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test(arguments: [
        ("203.0.113.7", PeerAddress.four(0xCB00_7107)), ("::ffff:203.0.113.7", .four(0xCB00_7107)),
        ("2001:db8:1:2:3:4:5:6", .sixNetwork(0x2001_0DB8_0001_0002)),
        ("2001:db8:1:2:ffff::1", .sixNetwork(0x2001_0DB8_0001_0002)), ("fe80::1%eth0", .sixNetwork(0xFE80 << 48)),
        ("::1", .sixNetwork(0)),
    ])
    func addressesStandForWhomTheyBelongTo(_ text: String, _ address: PeerAddress) {
        #expect(PeerAddress(text) == address)
    }

    @Test(arguments: ["", "localhost", "203.0.113", "203.0.113.256", "/run/socket"])
    func otherTextsAreNoAddress(_ text: String) {
        #expect(PeerAddress(text) == nil)
    }

    @Test func bodiesThatAreReadAsJSON() throws {
        for type in [
            "application/json", "Application/JSON ; charset=utf-8", "application/x-www-form-urlencoded", "a/b+json",
        ] {
            #expect(throws: Never.self) { try request(["Content-Type": type]).requireJSON() }
        }
        #expect(throws: Never.self) { try request([:]).requireJSON() }
        #expect(throws: Never.self) { try request(["Content-Encoding": "identity"]).requireJSON() }
        for fields in [
            ["Content-Type": "text/plain"], ["Content-Type": "application/jsonp"], ["Content-Type": ""],
            ["Content-Encoding": "gzip"],
        ] {
            let refusal = #expect(throws: Refusal.self) { try request(fields).requireJSON() }
            #expect(refusal?.status == .unsupportedMediaType, "\(fields)")
        }
    }

    /// Of what two limits say the tighter one is told, and a refusal in any case.
    @Test func theTighterLimitIsTold() {
        let note = RateNote()
        #expect(note.allowance == nil)
        let (wide, tight) = (
            RequestAllowance(limit: 100, remaining: 50, resetSeconds: 1),
            RequestAllowance(limit: 10, remaining: 3, resetSeconds: 9)
        )
        note.note(wide)
        note.note(tight)
        #expect(note.allowance == tight)
        note.note(wide)
        #expect(note.allowance == tight)
        let refused = RequestAllowance(limit: 9, remaining: 5, resetSeconds: 9, retryAfterSeconds: 4)
        note.note(refused)
        #expect(note.allowance == refused)
    }

    @Test func onlyOurOwnPicturesAreOpened() async throws {
        let (store, clock) = (MemoryStore(), SystemClock())
        let links = try await LinkSigning(store: store, clock: clock, random: SystemRandom()).links()
        let (alice, hash) = (try OwnerID("alice"), String(repeating: "ab", count: 32))
        for address in [
            "https://darkroom.example/behind/a/proxy/api/owners/alice/artifacts/\(hash)",
            "http://127.0.0.1:8080/api/artifacts/\(hash)",
        ] {
            let opened = links.opened(address, of: alice)
            #expect(opened.hasPrefix("\(address)?owner=alice&expires="))
        }
        for address in [
            "data:image/jpeg;base64,/9j/", "https://other.example/pictures/\(hash)", "",
            "https://darkroom.example/api/owners/bob/artifacts/\(hash)", "http://127.0.0.1/api/artifacts/x",
        ] {
            #expect(links.opened(address, of: alice) == address)
        }
    }
}
