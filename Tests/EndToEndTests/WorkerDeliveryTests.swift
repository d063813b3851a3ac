import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Receivers that refuse or say nothing.
@Suite("Difficult receivers")
struct WorkerDeliveryTests {
    private func trigger(_ number: Int, _ worker: Server, to url: String) async throws {
        let reply = try await HTTP.post(
            "\(worker.url)/api/runs",
            json: [
                "jobId": .string("job_\(number)"), "caseId": .string("c\(number)"), "epoch": 1,
                "claim": .string("claim_\(number)"), "webhookUrl": .string(url),
                "assets": [["id": "a", "kind": "evidence", "prompt": "A lamp."]],
            ])
        #expect(reply.status == 202, "\(reply.text)")
    }

    private func local(_ rig: Rig) async throws -> Server {
        try await rig.serve("worker", ["--listen", "127.0.0.1:0", "--data", rig.path("worker")])
    }

    @Test("outcomes that were refused are listed, page by page, and sent again by command, one or all")
    func deadLetters() async throws {
        try await Rig.run { rig in
            let isOpen = Watched(false)
            let stub = try WebhookStub { _, _ in WebhookStub.Answer(status: isOpen.value ? 200 : 404) }
            let worker = try await local(rig)
            for number in 1...3 { try await trigger(number, worker, to: stub.url) }
            func dead(_ query: String = "") async throws -> JSONValue {
                try await HTTP.get("\(worker.url)/api/deliveries?state=dead\(query)").json
            }
            let all: JSONValue = try await eventually("three dead letters") {
                let page = try await dead()
                return page["deliveries"]?.arrayValue?.count == 3 ? Optional(page) : Optional.none
            }
            let letters = try #require(all["deliveries"]?.arrayValue)
            #expect(letters.map { $0.text("jobId") } == ["job_1", "job_2", "job_3"])
            #expect(letters.allSatisfy { $0.text("reason").contains("404") && $0.text("status") == "completed" })
            #expect(all["next"] == nil)
            let tries = try await HTTP.get("\(worker.url)/api/runs/job_1").json["deliveries"]?.arrayValue ?? []
            #expect(tries.last?.text("outcome") == "refused" && tries.last?.text("reason").contains("404") == true)
            let first = try await dead("&limit=2")
            #expect(first.text("next") == "job_2")
            #expect(try await dead("&limit=2&after=job_2")["deliveries"]?.arrayValue?.count == 1)
            #expect(try await HTTP.get("\(worker.url)/api/deliveries?state=all").errorField == "state")
            isOpen.update { $0 = true }
            let before = stub.deliveries.value.count
            #expect(try await HTTP.post("\(worker.url)/api/runs/job_1/redeliver", []).status == 202)
            _ = try await stub.deliveries(atLeast: before + 1)
            try await eventually("two dead letters") {
                try await dead()["deliveries"]?.arrayValue?.count == 2 ? true : nil
            }
            let reply = try await HTTP.post("\(worker.url)/api/deliveries/redeliver", [])
            #expect(try reply.json == ["redelivered": 2])
            _ = try await stub.deliveries(atLeast: before + 3)
            try await eventually("no dead letter") {
                try await dead()["deliveries"]?.arrayValue?.isEmpty == true ? true : nil
            }
        }
    }

    @Test("a receiver that never answers holds up no other job's news, no question and no cancel")
    func silentReceiver() async throws {
        try await Rig.run { rig in
            let (silent, stub) = (try SilentListener(), try WebhookStub())
            let worker = try await local(rig)
            // More than may be under way to one address.
            for number in 1...100 { try await trigger(number, worker, to: silent.url) }
            let clock = ContinuousClock()
            let begin = clock.now
            try await trigger(1_000, worker, to: stub.url)
            _ = try await stub.deliveries.wait(for: "the other job's outcome") { deliveries in
                deliveries.contains { $0.body.contains("completed".utf8) } ? true : nil
            }
            #expect(try await HTTP.get("\(worker.url)/healthz").status == 200)
            #expect(try await HTTP.post("\(worker.url)/api/runs/job_1/cancel", []).status == 202)
            // One delivery's timeout is 15 s: nothing here waited for as much as one.
            #expect(clock.now - begin < .seconds(14))
        }
    }
}

/// A port at which connections are made and nothing is ever said.
private final class SilentListener: Sendable {
    let url: String
    private let listener: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, withLoopback(0, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1_024) == 0 else {
            throw SystemFailure(call: "listen", code: errno)
        }
        listener = descriptor
        url = "http://127.0.0.1:\(WebhookStub.port(of: descriptor))/hook"
    }

    deinit { close(listener) }
}
