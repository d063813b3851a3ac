import CurlClient
import JobModel
import Testing

@testable import HTTPChannels

@Suite("When a receiver wants to be asked again")
struct RetryAfterTests {
    /// 1994-11-06T08:49:00Z.
    private static let now: Int64 = 784_111_740

    private func answer(_ status: Int, _ retryAfter: String? = nil) -> DeliveryAnswer {
        let headers = retryAfter.map { [(name: "retry-after", value: $0)] } ?? []
        return WebhookSender.answer(
            HTTPResponse(status: status, headers: headers, body: []), epoch: 1, wallSeconds: Self.now)
    }

    private func pause(_ status: Int, _ retryAfter: String? = nil) -> Milliseconds? {
        if case .failed(_, let pause) = answer(status, retryAfter) { pause } else { nil }
    }

    @Test("both forms are understood, and bounded")
    func forms() {
        #expect(pause(503, "17") == 17_000)
        #expect(pause(503, "Sun, 06 Nov 1994 08:49:37 GMT") == 37_000)
        #expect(pause(503, "Sun, 06 Nov 1994 08:48:00 GMT") == 0)
        #expect(pause(503, "9223372036854775807") == 1_000_000_000)
        #expect(pause(503, "Fri, 31 Dec 9999 23:59:59 GMT") == 1_000_000_000)
        for nonsense in [
            "-1", "soon", "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "", "1 2 3 4 5 GMT",
        ] {
            #expect(pause(503, nonsense) == nil, "\(nonsense)")
        }
    }

    @Test("a strained receiver that names no time is left alone for half a minute", arguments: [429, 502, 504])
    func strained(status: Int) {
        #expect(pause(status) == 30_000)
        #expect(pause(status, "2") == 2_000)
    }

    @Test func othersFollowTheSchedule() {
        #expect(pause(500) == nil)
        #expect(pause(503) == nil)
        #expect(answer(410) == .gone)
    }

    @Test("dates of HTTP are seconds of Unix time")
    func dates() {
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.seconds("Tue, 29 Feb 2000 12:00:00 GMT") == 951_825_600)
        #expect(HTTPDate.seconds("Wed, 31 Dec 2025 23:59:59 GMT") == 1_767_225_599)
    }
}
