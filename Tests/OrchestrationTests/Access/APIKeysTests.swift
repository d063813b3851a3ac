import JobModel
import OrchestrationTestKit
import Testing
import Threads

@testable import Orchestration

/// A clock that stands where it was set.
private final class SetClock: EngineClock, Sendable {
    private let time = Locked<Milliseconds>(1_700_000_000_000)

    func set(_ change: Milliseconds) { time.withLock { $0 += change } }
    func now() -> Milliseconds { time.withLock { $0 } }
    func wall() -> Milliseconds { now() }
    func sleep(until instant: Milliseconds) async {}
}

@Suite("API keys in a store")
struct APIKeysTests {
    private let clock = SetClock()
    private let store = MemoryStore()
    private let alice: OwnerID
    private var keys: APIKeys { APIKeys(store: store, clock: clock, random: SystemRandom()) }

    init() throws { alice = try OwnerID("alice") }

    @Test func areShownOnceAndStoredHashed() async throws {
        #expect(try await !keys.areAny())
        let (record, key) = try await keys.create(owner: alice, scopes: [.submit, .read], note: "studio")
        #expect(try await keys.areAny())
        let parts = key.text.split(separator: "_")
        #expect(parts.count == 3 && parts[0] == "dk" && parts[1] == record.id.text)
        // 32 letters: five bits each.
        #expect(parts[2].count * 5 >= 160)
        let stored = try #require(try store.get(Keys.apiKey(record.id)))
        #expect(!String(decoding: stored.body, as: UTF8.self).contains(parts[2]))
        for text in ["\(key)", String(reflecting: key), "\(Mirror(reflecting: key).children.map(\.value))"] {
            #expect(!text.contains(parts[2]), "a secret shows")
        }
        #expect(
            try keys.principal(bearing: key.text)
                == Principal(owner: alice, scopes: [.submit, .read], keyID: record.id))
    }

    @Test func takesNoOther() async throws {
        let (record, key) = try await keys.create(owner: alice, scopes: [.read])
        let secret = String(key.text.split(separator: "_")[2])
        let changed = (secret.hasPrefix("a") ? "b" : "a") + secret.dropFirst()
        let wrong = [
            "", "dk", "dk__", "dk_\(record.id)", "dk_\(record.id)_", "dk_\(record.id)_\(changed)",
            "dk_\(record.id)_\(secret)x", "dk_\(record.id)_\(secret.dropLast())", "dk_aaaaaaaaaaaa_\(secret)",
            "DK_\(record.id)_\(secret)", "dk_\(record.id)_\(secret)_x", " \(key.text)", "dk_../../x_\(secret)",
            "dk_\(record.id)_\(record.secretHash)", String(repeating: "_", count: 100_000),
        ]
        for text in wrong { #expect(try keys.principal(bearing: text) == nil, "\(text.prefix(80))") }
    }

    @Test func endAtTheirTimeAndWhenRevoked() async throws {
        let (_, short) = try await keys.create(owner: alice, scopes: [.read], lifetime: 1_000)
        let (record, long) = try await keys.create(owner: alice, scopes: [.read])
        clock.set(999)
        #expect(try keys.principal(bearing: short.text) != nil)
        clock.set(1)
        #expect(try keys.principal(bearing: short.text) == nil)
        #expect(try keys.principal(bearing: long.text) != nil)
        // Another process over the same store.
        let others = APIKeys(store: store, clock: clock, random: SystemRandom())
        #expect(try await others.revoke(record.id)?.state(now: clock.now()) == .revoked)
        #expect(try keys.principal(bearing: long.text) == nil)
        #expect(try await others.revoke(record.id) != nil, "twice is no error")
        #expect(try await others.revoke(try APIKeyID("aaaaaaaaaaaa")) == nil)
        #expect(try await keys.areAny(), "a store in which a key was made stays closed")
    }

    @Test func rotationLeavesTheOldOneForAWhile() async throws {
        let (record, old) = try await keys.create(owner: alice, scopes: [.read], lifetime: 86_400_000, note: "studio")
        guard case .made(let next, let key, let replaced) = try await keys.rotate(record.id, grace: 60_000) else {
            Issue.record("not rotated")
            return
        }
        #expect(next.owner == alice && next.scopes == [.read] && next.note == "studio")
        #expect(next.expiresAt == clock.now() + 86_400_000)
        #expect(replaced.replacedBy == next.id && replaced.expiresAt == clock.now() + 60_000)
        #expect(try keys.principal(bearing: old.text) != nil && keys.principal(bearing: key.text) != nil)
        guard case .ended = try await keys.rotate(record.id, grace: 60_000) else {
            Issue.record("a key is replaced once")
            return
        }
        clock.set(60_000)
        #expect(try keys.principal(bearing: old.text) == nil && keys.principal(bearing: key.text) != nil)
        guard case .unknown = try await keys.rotate(try APIKeyID("aaaaaaaaaaaa"), grace: 1) else {
            Issue.record("rotated a key that is not there")
            return
        }
    }

    @Test func listsByOwnerOverPages() async throws {
        let bob = try OwnerID("bob")
        for index in 0..<600 {
            _ = try await keys.create(owner: index % 3 == 0 ? alice : bob, scopes: [.read])
        }
        #expect(try await keys.list().count == 600)
        #expect(try await keys.list(owner: alice).count == 200)
        #expect(try await keys.list(owner: .local).isEmpty)
    }

    /// The record of a key names no artifacts, and is sound.
    @Test func areCheckedWithTheStore() async throws {
        _ = try await keys.create(owner: alice, scopes: [.read])
        _ = try await LinkSigning(store: store, clock: clock, random: SystemRandom()).links()
        let findings = Locked<[StoreFinding]>([])
        let summary = try await StoreCheck.run(store) { finding in findings.withLock { $0.append(finding) } }
        #expect(summary.records == 2 && summary.faults == 0, "\(findings.withLock { $0 })")
    }
}

@Suite("Signed links")
struct SignedLinksTests {
    private let clock = SetClock()
    private let store = MemoryStore()
    private let path = "/private/alice/inputs/5f2c.png"

    private func signing() -> LinkSigning { LinkSigning(store: store, clock: clock, random: SystemRandom()) }

    private struct Parts {
        var path: String
        var owner: OwnerID
        var expires: Int64
        var signature: String

        init(_ link: String) throws {
            let halves = link.split(separator: "?")
            let fields = halves[1].split(separator: "&").map { $0.split(separator: "=")[1] }
            path = String(halves[0])
            owner = try OwnerID(String(fields[0]))
            expires = try #require(Int64(fields[1]))
            signature = String(fields[2])
        }

        func verdict(_ links: SignedLinks) -> SignedLinks.Verdict {
            links.verdict(path: path, owner: owner, expires: expires, signature: signature)
        }
    }

    @Test func openOnePathOfOneOwnerForAWhile() async throws {
        let (links, alice) = (try await signing().links(), try OwnerID("alice"))
        let good = try Parts(links.link(to: path, owner: alice))
        #expect(good.path == path && good.owner == alice && good.expires == clock.wallSeconds() + 300)
        #expect(good.verdict(links) == .valid)
        var wrong = [good, good, good, good, good]
        wrong[0].path += "x"
        wrong[1].owner = try OwnerID("bob")
        wrong[2].expires += 1
        wrong[3].signature = String(good.signature.dropLast())
        wrong[4].signature = ""
        for parts in wrong { #expect(parts.verdict(links) == .wrong, "\(parts)") }
        clock.set(299_999)
        #expect(good.verdict(links) == .valid)
        clock.set(1)
        #expect(good.verdict(links) == .expired)
    }

    /// Processes that make the first link of a store at one moment agree on one key.
    @Test func oneKeyForAStore() async throws {
        let all = try await withThrowingTaskGroup(of: SignedLinks.self) { group in
            for _ in 0..<16 { group.addTask { try await signing().links() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let link = try Parts(all[0].link(to: path, owner: .local))
        for other in all { #expect(link.verdict(other) == .valid) }
        let elsewhere = try await LinkSigning(store: MemoryStore(), clock: clock, random: SystemRandom()).links()
        #expect(link.verdict(elsewhere) == .wrong)
        #expect(!"\(all[0])".contains(link.signature))
    }

    /// A store that is not asked for links is not written to.
    @Test func lookingAtALinkWritesNothing() throws {
        #expect(try signing().standing().map { _ in true } == nil)
        #expect(try store.latestRevision() == .zero)
    }
}
