import Testing

@testable import ProviderSimulation

@Suite struct CallHistoryTests {
    private func record(_ number: Int) -> CallRecord {
        CallRecord(
            number: number, form: "gemini", timeMs: 0, startedMs: 0, path: "/", model: "m", prompt: "\(number)",
            headers: [], keyLength: 0, bodyBytes: 0, body: nil)
    }

    @Test func onlyTheLastTenThousandAreKept() {
        var history = CallHistory()
        for _ in 0..<(CallHistory.bound + 5) { history.end(history.begin(record), .answered, at: 1) }
        let records = history.records(after: 0, limit: .max)
        #expect(records.count == CallHistory.bound)
        #expect(records.first?.number == 6)
        #expect(records.last?.number == CallHistory.bound + 5)
        #expect(records.map(\.number) == Array(6...(CallHistory.bound + 5)))
        #expect(history.sums.recordsDropped == 5)
        #expect(history.sums.total == CallHistory.bound + 5)
    }

    @Test func recordsArePaged() {
        var history = CallHistory()
        for _ in 0..<10 { _ = history.begin(record) }
        #expect(history.records(after: 3, limit: 2).map(\.number) == [4, 5])
        #expect(history.records(after: 8, limit: .max).map(\.number) == [9, 10])
        #expect(history.records(after: 10, limit: 5).isEmpty)
        #expect(history.records(after: .max, limit: 5).isEmpty)
    }

    @Test func theSumsFollowEachOutcome() {
        var history = CallHistory()
        let outcomes: [CallRecord.Outcome] = [
            .answered, .refused, .abortedByPeer, .closedByScript, .closedByServer,
        ]
        let numbers = outcomes.map { _ in history.begin(record) }
        #expect(history.sums.inProgress == 5)
        for (number, outcome) in zip(numbers, outcomes) { history.end(number, outcome, at: 2) }
        var sums = CallSums()
        (sums.total, sums.peakInProgress) = (5, 5)
        (sums.answered, sums.refused, sums.aborted, sums.closed) = (1, 1, 1, 2)
        sums.byForm = ["gemini": FormSums(calls: 5)]
        #expect(history.sums == sums)
        #expect(history.records(after: 0, limit: 9).map(\.outcome) == outcomes)
    }

    @Test func whatIsBilledIsCountedByForm() {
        var history = CallHistory()
        let number = history.begin(record)
        _ = history.begin(record)
        history.bill(number, form: "gemini")
        #expect(history.sums.billable == 1)
        #expect(history.sums.byForm == ["gemini": FormSums(calls: 2, billable: 1)])
        #expect(history.records(after: 0, limit: 9).map(\.isBillable) == [true, false])
    }

    @Test func aResetKeepsCountingWhatIsInProgress() {
        var history = CallHistory()
        let before = history.begin(record)
        history.reset()
        #expect(history.sums.inProgress == 1)
        #expect(history.records(after: 0, limit: 9).isEmpty)
        let after = history.begin(record)
        history.end(before, .answered, at: 3)
        #expect(history.records(after: 0, limit: 9).map(\.number) == [after])
        #expect(history.records(after: 0, limit: 9).first?.outcome == .inProgress)
        #expect(history.sums.inProgress == 1)
    }

    @Test func waitingEndsWithTheSumsOrTheTask() async {
        let log = CallLog()
        async let reached = log.wait { $0.total == 2 }
        _ = log.begin(record)
        _ = log.begin(record)
        #expect(await reached)
        let never = Task { await log.wait { $0.total == 3 } }
        never.cancel()
        #expect(await never.value == false)
    }
}
