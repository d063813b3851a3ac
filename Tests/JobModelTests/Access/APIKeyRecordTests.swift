import JSONCoding
import Testing

@testable import JobModel

@Suite("API keys")
struct APIKeyRecordTests {
    private static func record(expiresAt: Milliseconds? = nil) throws -> APIKeyRecord {
        APIKeyRecord(
            id: try APIKeyID("abcdef234567"), owner: try OwnerID("alice"), scopes: [.submit, .read],
            secretHash: try ContentHash(String(repeating: "0a", count: 32)), createdAt: 1_000, expiresAt: expiresAt,
            note: "the studio's")
    }

    @Test func endsByTimeAndByRevocation() throws {
        var key = try Self.record(expiresAt: 5_000)
        #expect(key.state(now: 4_999) == .active)
        #expect(key.state(now: 5_000) == .expired)
        key.revoke(now: 2_000)
        key.revoke(now: 3_000)
        #expect(key.revokedAt == 2_000)
        #expect(key.state(now: 2_000) == .revoked && key.state(now: 9_000) == .revoked)
        #expect(try Self.record().state(now: .max) == .active)
    }

    @Test func isReplacedOnlyWhileItIsActive() throws {
        let other = try APIKeyID("bbbbbb222222")
        var key = try Self.record()
        let isReplaced = key.replace(by: other, until: 8_000, now: 2_000)
        #expect(isReplaced)
        #expect(key.expiresAt == 8_000 && key.replacedBy == other)
        var short = try Self.record(expiresAt: 3_000)
        let isShortReplaced = short.replace(by: other, until: 8_000, now: 2_000)
        #expect(isShortReplaced)
        #expect(short.expiresAt == 3_000, "a rotation makes no key last longer")
        var ended = try Self.record()
        ended.revoke(now: 1_500)
        let before = ended
        let isEndedReplaced = ended.replace(by: other, until: 8_000, now: 2_000)
        #expect(!isEndedReplaced)
        #expect(ended == before)
    }

    @Test func isStoredSo() throws {
        var key = try Self.record(expiresAt: 5_000)
        key.writeID = 7
        let text = String(decoding: try JSON.encode(key, style: .sorted), as: UTF8.self)
        let expected =
            #"{"createdAt":1000,"expiresAt":5000,"id":"abcdef234567","note":"the studio's","owner":"alice","#
            + #""scopes":["read","submit"],"secretHash":""# + String(repeating: "0a", count: 32) + #"","writeId":7}"#
        #expect(text == expected)
        #expect(try JSON.decode(APIKeyRecord.self, from: Array(text.utf8)) == key)
    }

    @Test(arguments: ["", "abcdef23456", "abcdef2345678", "ABCDEF234567", "abcdef_34567", "abcdef.34567"])
    func idsAreOfOneForm(_ text: String) {
        #expect(throws: InvalidIdentifier.self) { try APIKeyID(text) }
    }

    @Test func whatAPrincipalMay() throws {
        let (alice, bob) = (try OwnerID("alice"), try OwnerID("bob"))
        let reader = Principal(owner: alice, scopes: [.read])
        #expect(reader.may(.read) && !reader.may(.submit) && !reader.may(.admin))
        #expect(reader.acting(for: alice) == reader && reader.acting(for: bob) == nil)
        let administrator = Principal(owner: alice, scopes: [.admin])
        #expect(AccessScope.allCases.allSatisfy { administrator.may($0) })
        #expect(administrator.acting(for: bob)?.owner == bob)
        #expect(Principal.operator.may(.admin) && Principal.operator.owner == .local)
    }
}
