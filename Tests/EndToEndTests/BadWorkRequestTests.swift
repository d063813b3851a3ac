import JSONCoding
import Testing

/// What a worker refuses, each with its code and the field, and nothing kept of it.
@Suite("Requests that a worker refuses")
struct BadWorkRequestTests {
    struct Bad: Sendable {
        let name: String
        let body: [UInt8]
        var status = 400
        var code = "invalid_request"
        /// The path that `details.field` must have; empty for the whole body.
        let field: String

        init(_ name: String, _ body: JSONValue, field: String) throws {
            (self.name, self.field) = (name, field)
            self.body = try JSON.encode(body)
        }

        init(_ name: String, text: String, field: String = "") {
            (self.name, body, self.field) = (name, Array(text.utf8), field)
        }

        init(_ name: String, bytes: [UInt8], field: String = "") {
            (self.name, body, self.field) = (name, bytes, field)
        }
    }

    @Test func caseForm() async throws {
        try await Rig.run { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            let table =
                try Self.notDocuments + Self.wrongFields + Self.wrongImages + Self.wrongIDs
                + Self.wrongAddresses + Self.wrongNumbering
            for bad in table { try await refused(bad, "/api/generate-case-images", worker) }
            try await nothingWasKept(worker)
            let good = try await HTTP.post("\(worker.url)/api/generate-case-images", json: CaseBody.good)
            #expect(good.status == 202, "the body that the others were made from: \(good.text)")
        }
    }

    @Test func generalForm() async throws {
        try await Rig.run { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            for bad in try Self.notDocuments + Self.wrongRuns { try await refused(bad, "/api/runs", worker) }
            try await nothingWasKept(worker)
            let good = try await HTTP.post("\(worker.url)/api/runs", json: RunBody.good)
            #expect(good.status == 202, "the body that the others were made from: \(good.text)")
        }
    }

    /// Without the setting that tests and demonstrations need, no private address is called in anybody's name.
    @Test func forbiddenAddresses() async throws {
        try await Rig.run(["DARKROOM_ALLOW_PRIVATE_ADDRESSES": "0"]) { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            let addresses = [
                "http://127.0.0.1/hook", "https://127.0.0.1/hook", "https://localhost/hook", "https://10.1.2.3/hook",
                "https://169.254.169.254/latest/meta-data", "https://[::1]/hook", "https://[::ffff:10.0.0.1]/hook",
                "https://0x7f000001/hook", "https://2130706433/hook", "https://127.1/hook", "https://0/hook",
                "http://example.com/hook", "https://[fe80::1]/hook", "https://100.64.0.1/", "https://localhost./hook",
            ]
            for address in addresses {
                for field in ["webhookUrl", "artifactUrl"] {
                    let body = CaseBody.good.with("webhookUrl", "https://example.com/hook").with(
                        field, .string(address))
                    try await refused(
                        try Bad("\(field) \(address)", body, field: field), "/api/generate-case-images", worker)
                }
            }
            try await nothingWasKept(worker)
        }
    }

    @Test func withoutTheToken() async throws {
        try await Rig.run(Closed.settings) { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            let routes = [
                ("POST", "/api/generate-case-images"), ("POST", "/api/runs"), ("GET", "/api/runs/job"),
                ("POST", "/api/runs/job/cancel"),
            ]
            for (method, path) in routes {
                for header in [[:], ["Authorization": "Bearer wrong"], ["Authorization": Closed.workerToken]] {
                    let reply = try await HTTP.send(
                        method, worker.url + path, headers: header,
                        body: method == "GET" ? [] : try JSON.encode(CaseBody.good))
                    #expect(reply.status == 401 && reply.errorCode == "unauthorized", "\(method) \(path) \(header)")
                    #expect(reply.headers["www-authenticate"] == "Bearer")
                }
            }
            try await nothingWasKept(worker, headers: Closed.working)
            let good = try await HTTP.post(
                "\(worker.url)/api/generate-case-images", headers: Closed.working, json: CaseBody.good)
            #expect(good.status == 202)
        }
    }

    private func refused(_ bad: Bad, _ path: String, _ worker: Server) async throws {
        let reply = try await HTTP.post(worker.url + path, bad.body)
        #expect(reply.status == bad.status, "\(bad.name): \(reply.text)")
        #expect(reply.errorCode == bad.code, "\(bad.name): \(reply.text)")
        #expect(reply.errorField == bad.field, "\(bad.name): \(reply.text)")
        #expect(reply.errorMessage?.isEmpty == false, "\(bad.name)")
        #expect(reply.headers["content-type"] == "application/json", "\(bad.name)")
    }

    private func nothingWasKept(_ worker: Server, headers: [String: String] = [:]) async throws {
        for job in ["case.bad", "bad", "job-1"] {
            let reply = try await HTTP.get("\(worker.url)/api/runs/\(job)", headers: headers)
            #expect(reply.status == 404 && reply.errorCode == "unknown_run")
        }
        #expect(!worker.log.contains { $0.text("event") == "run.accepted" })
    }
}
