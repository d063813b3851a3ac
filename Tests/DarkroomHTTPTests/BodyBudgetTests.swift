import HTTPTypes
import Hummingbird
import JobModel
import NIOCore
import Testing

@testable import DarkroomHTTP

@Suite("The budget of bodies")
struct BodyBudgetTests {
    private func request(_ bytes: Int, announced: Int? = nil) -> Request {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        if let announced { head.headerFields[.contentLength] = "\(announced)" }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer(repeating: 0x20, count: bytes)))
    }

    @Test func whatHasComeCountsUntilItIsLetGoOf() async throws {
        let budget = BodyBudget(total: 100)
        try await budget.holding { first in
            let bytes = try await request(60).bytes(upTo: 80, in: first)
            #expect(bytes.count == 60 && budget.held == 60)
            try await budget.holding { second in
                let refusal = await #expect(throws: Refusal.self) {
                    try await request(41).bytes(upTo: 80, in: second)
                }
                #expect(refusal?.status == .serviceUnavailable && refusal?.headers[.retryAfter] != nil)
                let bytes = try await request(40).bytes(upTo: 80, in: second)
                #expect(bytes.count == 40)
            }
            #expect(budget.held == 60, "each gives back its own")
        }
        #expect(budget.held == 0)
    }

    @Test func whoAnnouncesAndSendsNothingTakesNobodysRoom() async throws {
        let budget = BodyBudget(total: 100)
        try await budget.holding { share in
            _ = try await request(1, announced: 80).bytes(upTo: 80, in: share)
            #expect(budget.held == 1)
        }
    }

    @Test func theLastQuarterIsForOwnersWithLess() async throws {
        let (budget, other) = (BodyBudget(total: 100), try OwnerID("acme"))
        try await budget.holding(of: .local) { mine in
            try mine.grow(by: 75)
            #expect(throws: Refusal.self) { try mine.grow(by: 1) }
            try await budget.holding(of: other) { theirs in
                try theirs.grow(by: 25)
                #expect(throws: Refusal.self) { try theirs.grow(by: 1) }
            }
            try await budget.holding { try $0.grow(by: 25) }
        }
        try await budget.holding(of: .local) { try $0.grow(by: 75) }
        #expect(budget.held == 0, "what a refusal kept nobody holds")
    }

    @Test func whatIsTooLargeIsGivenBackToo() async throws {
        let budget = BodyBudget(total: 100)
        await #expect(throws: Refusal.self) {
            try await budget.holding { _ = try await request(81).bytes(upTo: 80, in: $0) }
        }
        #expect(budget.held == 0)
    }
}
