import JobModel
import Orchestration
import Testing

/// Who is told of which change.
@Suite("News of jobs")
struct JobNewsTests {
    private func key(_ text: String, owner: OwnerID = .local) throws -> JobService.CaseKey {
        JobService.CaseKey(try CaseID(text), owner: owner)
    }

    @discardableResult
    private func write(_ key: JobService.CaseKey, to store: MemoryStore) async throws -> Revision {
        let place = Keys.job(key.caseID, owner: key.owner)
        let standing = try store.get(place)?.revision
        let outcome = await store.write(
            RecordWrite(
                key: place, expected: standing.map { .revision($0) } ?? .absent,
                header: RecordHeader(kind: 1, state: 1, format: 1), body: [1]))
        guard case .committed(let revision) = outcome else {
            throw StoreError(.io, "the test's write was \(outcome)")
        }
        return revision
    }

    @Test func aListenerHearsOfItsOwnTopicOnly() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        let acme = try OwnerID("acme")
        let (mine, other) = (try key("mine"), try key("mine", owner: acme))
        let listener = try #require(try news.listen(to: .job(mine), isGuest: false))
        let owner = try #require(try news.listen(to: .owner(acme), isGuest: false))
        try await write(other, to: store)
        let newest = try await write(try key("theirs", owner: acme), to: store)
        while let heard = await owner.next().revision, heard < newest {}
        let own = try await write(mine, to: store)
        #expect(await listener.next().revision == own)
    }

    @Test func newsAreMergedUntilTheyAreTaken() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        let key = try key("a")
        let slow = try #require(try news.listen(to: .job(key), isGuest: false))
        let fast = try #require(try news.listen(to: .job(key), isGuest: false))
        var newest = Revision.zero
        for _ in 0..<50 { newest = try await write(key, to: store) }
        while let heard = await fast.next().revision, heard < newest {}
        // The last letter may come to one before the other; all before it were merged.
        var letters = 1
        while let heard = await slow.next().revision, heard < newest { letters += 1 }
        #expect(letters <= 2)
        let last = try await write(key, to: store)
        #expect(await slow.next().revision == last, "nothing was left over")
    }

    /// However the listening and the writing fall, whoever listened first and looked second hears of what it did not see.
    @Test func nothingIsMissedBetweenListeningAndLooking() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let key = try key("job-\(number)")
                group.addTask { try await write(key, to: store) }
                group.addTask {
                    let listener = try #require(try news.listen(to: .job(key), isGuest: false))
                    if try store.get(Keys.job(key.caseID, owner: key.owner)) != nil { return }
                    #expect(await listener.next().revision != nil)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func guestsAreCountedAndSentAway() async throws {
        let news = JobNews(store: MemoryStore())
        news.limitGuests(to: 2)
        let key = try key("a")
        let first = try #require(try news.listen(to: .job(key), isGuest: true))
        var second = try news.listen(to: .job(key), isGuest: true)
        #expect(try news.listen(to: .job(key), isGuest: true) == nil && news.guests == 2)
        #expect(second != nil)
        second = nil
        #expect(news.guests == 1, "a place is free as soon as nobody holds it")
        let inside = try #require(try news.listen(to: .job(key), isGuest: false))
        news.dismissGuests()
        #expect(await first.next().isOver)
        #expect(try news.listen(to: .job(key), isGuest: true) == nil)
        news.close()
        #expect(await inside.next().isOver)
        #expect(await inside.next().isOver, "for good")
    }

    /// Of what concerns others a listener hears no more than that it was not meant.
    @Test func anOwnerWhoRestsIsToldHowFarNothingHappened() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        let listener = try #require(try news.listen(to: .owner(try OwnerID("acme")), pulse: 0, isGuest: true))
        var newest = Revision.zero
        for _ in 0..<50 { newest = try await write(try key("theirs"), to: store) }
        var quiet = Revision.zero
        while quiet < newest {
            let heard = await listener.next()
            #expect(heard.isPulse && heard.revision == nil)
            quiet = heard.quietUpTo ?? quiet
        }
        let own = try await write(try key("mine", owner: try OwnerID("acme")), to: store)
        var heard = await listener.next()
        while heard.revision == nil { heard = await listener.next() }
        #expect(heard.revision == own)
        #expect(heard.quietUpTo.map { $0 >= newest && $0 < own } ?? true)
    }

    /// What lies untaken was not told: nothing may be said to be quiet beyond it.
    @Test func aSlowListenerIsNotSaidToHaveBeenTold() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        let slow = try #require(try news.listen(to: .owner(.local), pulse: 0, isGuest: false))
        let other = try #require(try news.listen(to: .owner(.local), pulse: 0, isGuest: false))
        let first = try await write(try key("a"), to: store)
        let last = try await write(try key("theirs", owner: try OwnerID("acme")), to: store)
        while await (other.next().quietUpTo ?? .zero) < last {}
        let heard = await slow.next()
        #expect(heard.revision == first && heard.isPulse)
        #expect((heard.quietUpTo ?? .zero) < first)
    }

    /// A quarter of the places is for others than one who has a quarter already.
    @Test func oneOwnerDoesNotTakeAllPlaces() async throws {
        let news = JobNews(store: MemoryStore())
        news.limitGuests(to: 8)
        let (mine, list) = (try key("a"), NewsTopic.owner(.local))
        var greedy: [NewsListener] = []
        for topic in [list, list] + Array(repeating: NewsTopic.job(mine), count: 6) {
            if let listener = try news.listen(to: topic, isGuest: true) { greedy.append(listener) }
        }
        #expect(greedy.count == 6)
        let other = try OwnerID("acme")
        let theirs = try [NewsTopic.owner(other), .job(try key("a", owner: other))].map {
            try news.listen(to: $0, isGuest: true)
        }
        #expect(theirs.allSatisfy { $0 != nil } && news.guests == 8)
        #expect(try news.listen(to: .owner(other), isGuest: true) == nil, "there are no more places")
        greedy = []
        #expect(news.guests == 2)
        #expect(try news.listen(to: list, isGuest: true) != nil)
    }

    @Test func cancellationEndsTheWait() async throws {
        let news = JobNews(store: MemoryStore())
        let listener = try #require(try news.listen(to: .job(try key("a")), isGuest: false))
        let waiting = Task { await listener.next() }
        waiting.cancel()
        #expect(await waiting.value.isOver)
    }

    @Test func anEndedStoreEndsEverything() async throws {
        let store = MemoryStore()
        let news = JobNews(store: store)
        let listener = try #require(try news.listen(to: .job(try key("a")), isGuest: false))
        store.close()
        while !(await listener.next().isOver) {}
        #expect(throws: StoreError.self) { try news.listen(to: .job(try key("a")), isGuest: false) }
    }
}
