import DarkroomCLI
import JSONCoding
import Orchestration
import Testing

@Suite("Timelines in words")
struct TimelineTextTests {
    /// Lines of a job that was created at 1,000, of a webhook at `time`.
    private func lines(at time: Int64) throws -> [String] {
        let event = #"{"at": \#(time), "version": 2, "try": 1, "outcome": "delivered"}"#
        let document = #"""
            {"caseId": "c", "jobId": "job_1", "status": "completed", "createdAt": 1000, "untold": [],
             "entries": [{"at": \#(time), "epoch": 1, "about": "delivery", "event": \#(event)}]}
            """#
        return TimelineText.lines(of: try JSON.decode(Timeline.self, from: Array(document.utf8)))
    }

    @Test func timesAreOfTheJob() throws {
        #expect(try lines(at: 3_250).last == "     +2.250 s  epoch 1  webhook of version 2, try 1: delivered")
        #expect(try lines(at: 400).last?.contains("-0.600 s") == true)
    }

    /// What a worker says of its times may be anything.
    @Test func noTimeIsTooFarAway() throws {
        #expect(try lines(at: .min).count == 2 && lines(at: .max).count == 2)
    }
}
