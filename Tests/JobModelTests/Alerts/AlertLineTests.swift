import Testing

@testable import JobModel

@Suite("Messages about jobs wait in line")
struct AlertLineTests {
    private func message(_ job: Int, isOver: Bool = false, raisedAt: Milliseconds = 9, epoch: Int = 1) throws
        -> AlertMessage
    {
        AlertMessage(
            JobAlert(
                isOver: isOver, jobID: try JobID("job_\(job)"), caseID: try CaseID("c"), epoch: epoch,
                status: .generating, worker: "http://w", silentSince: 5, raisedAt: raisedAt, lastError: nil))
    }

    /// Whether there was room for each.
    private func add(_ messages: [AlertMessage], to line: inout AlertLine) -> [Bool] {
        messages.map { line.add($0) }
    }

    private func rest(_ line: inout AlertLine) -> [AlertMessage] {
        var messages: [AlertMessage] = []
        while let message = line.next() { messages.append(message) }
        return messages
    }

    @Test func theyAreToldInTheOrderInWhichItHappened() throws {
        var line = AlertLine()
        let messages = try [message(1), message(2), message(2, raisedAt: 10), message(1, isOver: true, raisedAt: 7)]
        #expect(add(messages, to: &line) == [true, true, true, true])
        #expect(rest(&line) == messages)
        #expect(rest(&line).isEmpty)
    }

    @Test("what came and went while it waited is not told; what was told is told to be over, in another epoch too")
    func cameAndWent() throws {
        var line = AlertLine()
        let first = try [message(1), message(2), message(1, isOver: true, epoch: 2)]
        #expect(add(first, to: &line) == [true, true, true])
        #expect(rest(&line) == [first[1]])
        let over = try message(2, isOver: true)
        #expect(add([over], to: &line) == [true])
        #expect(rest(&line) == [over])
    }

    @Test("there is room for so many, and what ends makes room")
    func bound() throws {
        var line = AlertLine()
        let many = try (0..<AlertLine.maximumMessages).map { try message($0) }
        #expect(!add(many, to: &line).contains(false))
        let others = try [message(5_000), message(7, isOver: true), message(5_001)]
        #expect(add(others, to: &line) == [false, true, true])
        #expect(rest(&line).count == AlertLine.maximumMessages)
    }
}
