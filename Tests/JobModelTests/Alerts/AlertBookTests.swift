import JSONCoding
import Testing

@testable import JobModel

@Suite("Alerts are told once, and once more when they are over")
struct AlertBookTests {
    private static let kinds: Set<Alert.Kind> = [.imagesFailing, .deliveryFailing]
    private static let start: Milliseconds = 1_700_000_000_000

    private var failing: Alert {
        var facts = Alert.Facts()
        facts.failureRate = 0.75
        facts.images = 40
        facts.window = "15m"
        return Alert(.imagesFailing, facts)
    }

    private func lost(_ receiver: String) -> Alert {
        var facts = Alert.Facts()
        facts.receiver = receiver
        facts.failures = 7
        return Alert(.deliveryFailing, facts)
    }

    /// All that is owed, taken one by one.
    private func owed(_ book: inout AlertBook, now: Milliseconds) -> [AlertMessage] {
        var messages: [AlertMessage] = []
        while let message = book.takeOwed(now: now) { messages.append(message) }
        return messages
    }

    private func words(_ messages: [AlertMessage]) -> [String] {
        messages.map { "\($0.kind.rawValue) \($0.state) \($0.since - Self.start)" }
    }

    @Test("raised, told, over, told; looking in between changes nothing")
    func life() {
        var book = AlertBook()
        var now = Self.start
        #expect(words(book.observe([failing], of: Self.kinds, now: now)) == ["images.failing raised 0"])
        #expect(book.isStanding(.imagesFailing) && book.standing == [failing])
        let raised = owed(&book, now: now)
        #expect(words(raised) == ["images.failing raised 0"])
        for message in raised { book.told(message) }
        let settled = book
        for _ in 0..<3 {
            now += 60_000
            var other = failing
            other.facts.failureRate = 0.8
            #expect(book.observe([other], of: Self.kinds, now: now).isEmpty && book.takeOwed(now: now) == nil)
        }
        #expect(book == settled)
        #expect(words(book.observe([], of: Self.kinds, now: now)) == ["images.failing cleared 0"])
        #expect(!book.isStanding(.imagesFailing))
        let end = owed(&book, now: now)
        #expect(words(end) == ["images.failing cleared 0"])
        for message in end { book.told(message) }
        #expect(book == AlertBook())
    }

    @Test("a message that did not arrive is owed again after a pause, to whoever looks first")
    func unheard() {
        var book = AlertBook()
        _ = book.observe([failing], of: Self.kinds, now: Self.start)
        let first = book.takeOwed(now: Self.start)
        #expect(first != nil)
        #expect(book.takeOwed(now: Self.start + 59_999) == nil)
        #expect(book.takeOwed(now: Self.start + 60_000) == first)
        #expect(book.takeOwed(now: Self.start + 60_001) == nil)
        // A clock that was far ahead when it was tried last.
        #expect(book.takeOwed(now: Self.start - 86_400_000) == first)
    }

    @Test("what came and went untold is not told; what ended and came back before that was told goes on")
    func waverings() {
        var book = AlertBook()
        _ = book.observe([failing], of: Self.kinds, now: Self.start)
        #expect(book.observe([], of: Self.kinds, now: Self.start + 1).count == 1)
        #expect(book == AlertBook())

        _ = book.observe([failing], of: Self.kinds, now: Self.start)
        for message in owed(&book, now: Self.start) { book.told(message) }
        _ = book.observe([], of: Self.kinds, now: Self.start + 1)
        #expect(words(book.observe([failing], of: Self.kinds, now: Self.start + 2)) == ["images.failing raised 0"])
        #expect(book.takeOwed(now: Self.start + 100_000) == nil && book.isStanding(.imagesFailing))
    }

    @Test("what comes back while its end is being told is new: the listener may have taken in the end")
    func backWhileTheEndIsTold() {
        for answer in ["none", "before", "after"] {
            var book = AlertBook()
            _ = book.observe([failing], of: Self.kinds, now: Self.start)
            for message in owed(&book, now: Self.start) { book.told(message) }
            _ = book.observe([], of: Self.kinds, now: Self.start + 10)
            let over = owed(&book, now: Self.start + 10)
            if answer == "before" { book.told(over[0]) }
            #expect(book.observe([failing], of: Self.kinds, now: Self.start + 20).count == 1)
            if answer == "after" { book.told(over[0]) }
            let again = owed(&book, now: Self.start + 100_000)
            #expect(words(again) == ["images.failing raised 20"], "\(answer)")
            for message in again { book.told(message) }
            #expect(book.takeOwed(now: Self.start + 200_000) == nil && book.isStanding(.imagesFailing))
        }
    }

    @Test("what may have arrived when it was over is told to be over")
    func endInBetween() {
        for answers in 0...2 {
            var book = AlertBook()
            _ = book.observe([failing], of: Self.kinds, now: Self.start)
            let raised = owed(&book, now: Self.start)
            _ = book.observe([], of: Self.kinds, now: Self.start + 5)
            #expect(book.takeOwed(now: Self.start + 5) == nil, "the other is on its way")
            for _ in 0..<answers { book.told(raised[0]) }
            let over = owed(&book, now: Self.start + (answers == 0 ? AlertBook.pause : 5))
            #expect(words(over) == ["images.failing cleared 0"])
            book.told(over[0])
            book.told(over[0])
            #expect(book == AlertBook())
        }
    }

    @Test("what nobody has heard of is still to be told when it comes back")
    func backUnheard() {
        var book = AlertBook()
        _ = book.observe([failing], of: Self.kinds, now: Self.start)
        let first = book.takeOwed(now: Self.start)
        _ = book.observe([], of: Self.kinds, now: Self.start + 5)
        _ = book.observe([failing], of: Self.kinds, now: Self.start + 10)
        #expect(book.takeOwed(now: Self.start + AlertBook.pause) == first)
    }

    @Test("what was tried waits behind what was not; all that is owed has its turn")
    func order() {
        var book = AlertBook()
        let alerts = (1...3).map { lost("https://host-\($0)") }
        _ = book.observe([alerts[2]], of: Self.kinds, now: Self.start)
        _ = book.observe(alerts, of: Self.kinds, now: Self.start + 1)
        func next(_ later: Milliseconds) -> String? { book.takeOwed(now: Self.start + later)?.facts.receiver }
        #expect(next(1) == "https://host-3" && next(1) == "https://host-1")
        let later = AlertBook.pause + 1
        #expect((0..<4).map { _ in next(later) } == ["https://host-2", "https://host-3", "https://host-1", nil])
    }

    @Test("a full book takes back what it knows, whatever else there is no place for")
    func fullAndBack() {
        var book = AlertBook()
        let many = (0..<AlertBook.maximumAlerts).map { lost("https://host-\($0)") }
        _ = book.observe(many, of: Self.kinds, now: Self.start)
        for message in owed(&book, now: Self.start) { book.told(message) }
        _ = book.observe(Array(many.dropLast()), of: Self.kinds, now: Self.start + 1)
        #expect(book.standing.count == AlertBook.maximumAlerts - 1)
        let others = (0..<5).map { lost("https://aaa-\($0)") }
        _ = book.observe(others + many, of: Self.kinds, now: Self.start + 2)
        #expect(Set(book.standing) == Set(many))
    }

    @Test("who looks at some kinds leaves the others alone, and each receiver is one of its own")
    func kindsAndSubjects() {
        var book = AlertBook()
        let both = [lost("https://a"), lost("https://b"), failing]
        #expect(book.observe(both, of: [.deliveryFailing], now: Self.start).count == 2)
        #expect(book.observe([], of: [.imagesFailing], now: Self.start).isEmpty && book.standing.count == 2)
        #expect(
            book.observe([lost("https://b")], of: [.deliveryFailing], now: Self.start).map(\.facts.receiver) == [
                "https://a"
            ])
        #expect(book.standing == [lost("https://b")])
    }

    @Test("there is room for so many; the others come when there is a place")
    func bound() throws {
        var book = AlertBook()
        let many = (0..<600).map { lost("https://host-\($0)") }
        #expect(book.observe(many, of: Self.kinds, now: Self.start).count == AlertBook.maximumAlerts)
        let standing = Set(book.standing.map(\.subject))
        let rest = many.filter { !standing.contains($0.subject) }
        for message in owed(&book, now: Self.start) { book.told(message) }
        let changes = book.observe(rest, of: Self.kinds, now: Self.start)
        #expect(changes.count { $0.state == .cleared } == AlertBook.maximumAlerts)
        for message in owed(&book, now: Self.start) { book.told(message) }
        #expect(book.observe(rest, of: Self.kinds, now: Self.start).count { $0.state == .raised } == 100)
        #expect(try JSON.encode(book).count < 256 * 1_024)
    }

    @Test func isStoredAsItIs() throws {
        var book = AlertBook()
        book.writeID = 7
        _ = book.observe([failing, lost("https://a")], of: Self.kinds, now: Self.start)
        _ = book.takeOwed(now: Self.start)
        #expect(try JSON.decode(AlertBook.self, from: try JSON.encode(book)) == book)
    }

    @Test("a message is flat, and its id has nothing that a webhook's may not")
    func message() throws {
        let message = AlertMessage(lost("https://hook.example:8443"), .raised, since: Self.start)
        #expect(
            String(decoding: try JSON.encode(message, style: .sorted), as: UTF8.self)
                == #"{"failures":7,"receiver":"https://hook.example:8443","since":1700000000000,"state":"raised","#
                + #""type":"delivery.failing"}"#)
        #expect(message.id == "alert-delivery_failing-https___hook_example_8443-1700000000000-raised")
        let job = JobAlert(
            isOver: true, jobID: try JobID("job.1"), caseID: try CaseID("c"), epoch: 2, status: .generating,
            worker: "http://w", silentSince: 5, raisedAt: 9, lastError: nil)
        #expect(AlertMessage(job).id == "alert-job_stuck-job_1-2-9-cleared")
        #expect(
            String(decoding: try JSON.encode(AlertMessage(job), style: .sorted), as: UTF8.self)
                == #"{"caseId":"c","epoch":2,"jobId":"job.1","silentSince":5,"since":9,"state":"cleared","#
                + #""status":"generating","type":"job.stuck","worker":"http://w"}"#)
    }
}
