import CurlClient
import ProcessDriving
import Testing
import Threads

@testable import darkroom_chaos

@Suite("The proxy that does what networks do", .timeLimit(.minutes(2)))
struct FaultyProxyTests {
    private static let none = FaultRates(loss: 0, double: 0, delay: 0, cut: 0, reorder: 0)

    /// A proxy before a server that is itself a proxy before nobody: whatever comes is counted there.
    private func through(
        _ rates: FaultRates, _ body: (FaultyProxy, FaultyProxy, CurlClient) async throws -> Void
    ) async throws {
        let (front, back) = (
            try FaultyProxy(seed: 1, name: "front", rates: rates),
            try FaultyProxy(seed: 1, name: "back", rates: Self.none)
        )
        let http = CurlClient()
        front.lead(to: back.url)
        do {
            try await body(front, back, http)
        } catch {
            await close(front, back, http)
            throw error
        }
        await close(front, back, http)
    }

    private func close(_ front: FaultyProxy, _ back: FaultyProxy, _ http: CurlClient) async {
        await http.shutdown()
        await front.close()
        await back.close()
    }

    private func post(_ http: CurlClient, _ url: String) async -> Bool {
        let request = HTTPRequest(
            "POST", url + "/x", body: [1, 2, 3], timeout: .seconds(60), maximumBodyBytes: 1_024)
        return (try? await http.send(request)) != nil
    }

    @Test("a request without a server behind is not answered, and is counted")
    func nobody() async throws {
        try await through(Self.none) { front, back, http in
            #expect(await !post(http, front.url))
            #expect(front.counts.seen == 1 && front.counts.unanswered == 1)
            #expect(back.counts.seen == 1 && back.counts.unanswered == 1)
        }
    }

    @Test("lost before the receiver or behind it: it came at most once, and the sender never hears")
    func loss() async throws {
        var rates = Self.none
        rates.loss = 1
        try await through(rates) { front, back, http in
            for _ in 0..<20 { #expect(await !post(http, front.url)) }
            #expect(front.counts.dropped == 20)
            #expect((1..<20).contains(back.counts.seen), "of twenty dice not all fall alike")
        }
    }

    @Test("what comes late comes all the same, by the time the proxy is closed")
    func late() async throws {
        var rates = Self.none
        rates.reorder = 1
        try await through(rates) { front, back, http in
            #expect(await !post(http, front.url))
            await front.close()
            #expect(front.counts.late == 1 && back.counts.seen == 1)
        }
    }

    @Test("healed, everything passes")
    func healed() async throws {
        var rates = Self.none
        rates.loss = 1
        try await through(rates) { front, back, http in
            front.heal()
            _ = await post(http, front.url)
            #expect(front.counts.dropped == 0 && back.counts.seen == 1)
        }
    }
}
