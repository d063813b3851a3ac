import JSONCoding
import Testing

@testable import ProviderSimulation

@Suite(.timeLimit(.minutes(3))) struct ControlTests {
    @Test func theRecordIsServedAndPaged() async throws {
        try await withSimulator(configure: { $0.recordBodies = true }) { _, client in
            for prompt in ["a", "b", "c"] { _ = try await client.generate(prompt) }
            let all = try await client.get("/_sim/requests").json["requests"]?.arrayValue ?? []
            #expect(all.map { $0["prompt"] } == ["a", "b", "c"])
            #expect(all[0]["outcome"] == "answered")
            #expect(all[0]["keyLength"] == 3)
            #expect(all[0]["path"] == "/v1beta/models/gemini-2.5-flash-image:generateContent")
            #expect(all[1]["body"]?["contents"]?[0]?["parts"]?[0]?["text"] == "b")
            let page = try await client.get("/_sim/requests?after=1&limit=1").json["requests"]?.arrayValue ?? []
            #expect(page.map { $0["number"] } == [2])
            #expect(try await client.get("/_sim/requests?limit=0").status == 400)
        }
    }

    @Test func theStateCountsAndAResetForgets() async throws {
        try await withSimulator { simulator, client in
            _ = try await client.generate("a")
            _ = try await client.generate("a")
            _ = try await client.generate("b")
            let state = try await client.get("/_sim/state").json
            #expect(state["total"] == 3)
            #expect(state["inProgress"] == 0)
            #expect(state["answered"] == 3)
            #expect(state["seed"] == 1)
            #expect(state["byPrompt"] == ["a": 2, "b": 1])
            #expect(try await client.request("POST", "/_sim/reset").status == 200)
            let fresh = try await client.get("/_sim/state").json
            #expect(fresh["total"] == 0)
            #expect(fresh["byPrompt"] == [:])
            #expect(simulator.records().isEmpty)
        }
    }

    @Test func theScenarioIsSwappedWhileServing() async throws {
        try await withSimulator(scenario: #"{"default": "reset"}"#) { _, client in
            #expect(try await client.generate("p").ended == .reset)
            let swapped = try await client.request("PUT", "/_sim/scenario", body: #"{"default": {"status": 503}}"#)
            #expect(swapped.status == 200)
            #expect(try await client.generate("p").status == 503)
            let bad = try await client.request("PUT", "/_sim/scenario", body: #"{"rules": [{"do": "nap"}]}"#)
            #expect(bad.status == 400)
            #expect(try bad.json["error"]?["code"] == "invalid_scenario")
            #expect(try bad.json["error"]?["message"]?.stringValue?.hasPrefix("rules[0].do: ") == true)
            let file = try await client.request("PUT", "/_sim/scenario", body: #"{"picture": {"file": "/etc/hosts"}}"#)
            #expect(file.status == 400)
            #expect(try await client.generate("p").status == 503)
        }
    }

    @Test func shutdownDoesNotWaitForThoseWhoHang() async throws {
        let (simulator, connections) = try await withSimulator { simulator, client in
            var connections: [RawConnection] = []
            for step in ["hang-before-headers", "hang-after-headers", "delay 86400000", "hold", "huge-body"] {
                let connection = try await client.open()
                try await connection.send(HTTPClient.generateBytes("[[sim: \(step)]]"))
                connections.append(connection)
            }
            // One that keeps its connection and asks nothing, too.
            connections.append(try await client.open())
            #expect(await simulator.wait { $0.inProgress == 5 })
            return (simulator, connections)
        }
        #expect(connections.count == 6)
        #expect(await simulator.wait { $0.inProgress == 0 })
    }

    @Test func aHundredHangingCallsDoNotSlowTheOthersDown() async throws {
        try await withSimulator { simulator, client in
            var connections: [RawConnection] = []
            for index in 0..<100 {
                let connection = try await client.open()
                try await connection.send(HTTPClient.generateBytes("\(index) [[sim: hang-before-headers]]"))
                connections.append(connection)
            }
            #expect(await simulator.wait { $0.inProgress == 100 })
            #expect(try await client.generate("quick").status == 200)
            for connection in connections { connection.close() }
            #expect(await simulator.wait { $0.inProgress == 0 && $0.aborted == 100 })
            #expect(simulator.sums.peakInProgress == 101)
        }
    }

    @Test func anAddressInUseIsAnError() async throws {
        try await withSimulator { _, client in
            let second = Simulator(SimulatorConfiguration(port: client.port))
            await #expect(throws: (any Error).self) { try await second.run() }
            #expect(await second.url() == nil)
        }
    }
}
