import JSONCoding
import Testing

/// The dashboard as it is served: its pages, what guards them, and the timeline that they draw.
@Suite("The dashboard's pages")
struct DashboardPageTests {
    @Test func pagesAreGuardedAndKept() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let html = ["Accept": "text/html,*/*;q=0.8"]
            let page = try await HTTP.get(server.url + "/?job=case", headers: html)
            #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["vary"] == "Accept")
            #expect(try await HTTP.get(server.url + "/").status == 404, "a program is told that nothing is here")
            let files = page.text.matches(of: #/"(\/dashboard\/[^"]+)"/#).map { String($0.output.1) }
            #expect(files.count > 40)
            for path in files + ["/"] {
                let file = try await HTTP.get(server.url + path, headers: html)
                #expect(file.status == 200 && !file.body.isEmpty, "\(path)")
                let policy = try #require(file.headers["content-security-policy"])
                for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
                    #expect(policy.contains(rule), "\(path): \(policy)")
                }
                #expect(!policy.contains("unsafe") && file.headers["x-content-type-options"] == "nosniff")
                #expect(file.headers["referrer-policy"] == "no-referrer")
                let tag = try #require(file.headers["etag"])
                let again = try await HTTP.get(
                    server.url + path, headers: html.merging(["If-None-Match": tag]) { own, _ in own })
                #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag)
            }
            for path in ["/dashboard/", "/dashboard/app.js", "/dashboard/version/app.js", "/dashboard/..%2Findex.html"]
            {
                #expect(try await HTTP.get(server.url + path).status == 404, "\(path)")
            }
            let script = try #require(files.first { $0.hasSuffix("/app.js") })
            #expect(try await HTTP.send("POST", server.url + script).status == 405)
            let kept = try await HTTP.get(server.url + script).headers["cache-control"]
            #expect(kept == "public, max-age=31536000, immutable" && page.headers["cache-control"] == "no-cache")
        }
    }

    /// The pages are open, what they show is not.
    @Test func aReceiverHasNone() async throws {
        try await Rig.run { rig in
            let server = try await rig.receiver()
            for path in ["/", "/dashboard/version/app.js", "/dashboard/session", "/api/cases/a/why"] {
                #expect(try await HTTP.get(server.url + path, headers: ["Accept": "text/html"]).status == 404)
            }
        }
    }

    /// The account of a job, for its owner alone; whatever names it has come back as they are, as text of a document.
    @Test func whyTellsEverything() async throws {
        let scenario: JSONValue = [
            "rules": [["prompt": ["doomed"], "do": "prompt-blocked"]]
        ]
        try await Rig.run { rig in
            let worker = try await rig.worker(of: try await rig.simulator(scenario: scenario))
            let server = try await rig.controlServer(worker: worker.url)
            let desk = KeyDesk(rig: rig)
            let (alice, bob) = (try await desk.create("alice"), try await desk.create("bob"))
            let name = "<img src=x onerror=alert(1)>doomed</script>"
            let made = try await HTTP.post(
                "\(server.url)/api/generate-case", headers: alice.headers,
                json: [
                    "caseId": "told", "evidence": [["id": "a", "name": .string(name), "description": "plain"]],
                    "locations": [["id": "b", "name": "A pier", "description": "wide"]],
                ])
            #expect(made.status == 202, "\(made.text)")
            let job = try await JobReader(server: server.url, caseID: "told", headers: alice.headers).final()
            let assets = job["assets"]?.arrayValue ?? []
            #expect(assets.map { $0.text("name") } == [name, "A pier"])
            #expect(assets.map { $0["missingReason"] == nil } == [false, true])
            #expect(assets.map { $0.text("provider") } == ["gemini", "gemini"])
            let path = "\(server.url)/api/cases/told/why"
            let why = try await HTTP.get(path, headers: alice.headers)
            #expect(why.headers["content-type"] == "application/json")
            #expect(try why.json.text("caseId") == "told")
            #expect(try why.json.text("jobId") == job.text("jobId"))
            let entries = try why.json["entries"]?.arrayValue ?? []
            #expect(entries.contains { $0.text("about") == "job" && $0["event"]?.text("what") == "created" })
            for id in ["a", "b"] {
                let calls = entries.filter { $0.text("asset") == id && $0["event"]?.text("state") == "generating" }
                #expect(calls.count == 1, "\(id)")
            }
            let one = try await HTTP.get(path + "?asset=a", headers: alice.headers).json
            #expect((one["entries"]?.arrayValue ?? []).allSatisfy { $0.text("asset") != "b" })
            #expect(try await HTTP.get(path + "?asset=a%2Fb", headers: alice.headers).errorField == "asset")
            #expect(try await HTTP.get(path, headers: bob.headers).errorCode == "unknown_case")
            #expect(try await HTTP.get(path).errorCode == "unauthorized")
        }
    }
}
