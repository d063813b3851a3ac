import JSONCoding
import Testing

/// API keys: whose jobs they open, what they may, and when they end.
@Suite("API keys")
struct KeyTests {
    private static func read(_ server: Server, _ path: String, _ key: KeyDesk.Key?) async throws -> Reply {
        try await HTTP.get(server.url + path, headers: key?.headers ?? [:])
    }

    private static func create(_ server: Server, _ caseID: String, _ key: KeyDesk.Key?) async throws -> Reply {
        try await HTTP.post(
            "\(server.url)/api/generate-case", headers: key?.headers ?? [:],
            json: Cases.document(caseID, evidence: 2))
    }

    /// Two owners, one name for a case: two jobs, and neither sees the other's.
    @Test func openTheirOwnersJobsOnly() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.controlServer(worker: worker.url)
            let (alice, bob) = (try await KeyDesk(rig: rig).create("alice"), try await KeyDesk(rig: rig).create("bob"))
            for key in [alice, bob] { #expect(try await Self.create(control, "shared", key).status == 202) }
            #expect(try await Self.create(control, "hers", alice).status == 202)
            let aliceReader = JobReader(server: control.url, caseID: "shared", headers: alice.headers)
            let hers = try await aliceReader.final()
            let his = try await JobReader(server: control.url, caseID: "shared", headers: bob.headers).final()
            #expect(hers.outcome == "completed 2/2" && his.outcome == "completed 2/2")
            #expect(hers.text("jobId") != his.text("jobId"))
            #expect(try await Self.read(control, "/api/cases/hers/image-job", bob).errorCode == "unknown_case")
            #expect(try await Self.read(control, "/api/cases/hers/image-job", nil).errorCode == "unauthorized")
            for method in ["retry", "fallback", "cancel", "redeliver"] {
                let reply = try await HTTP.post(
                    "\(control.url)/api/cases/hers/\(method)", headers: bob.headers, [])
                #expect(reply.status == 404, "\(method): \(reply.text)")
            }
            for (id, link) in hers.pictureLinks {
                #expect(try await HTTP.get(link, headers: alice.headers).status == 200)
                #expect(try await HTTP.get(link, headers: bob.headers).errorCode == "unknown_picture")
                #expect(try await HTTP.get(link).errorCode == "unauthorized")
                let image = "\(control.url)/api/cases/shared/images/\(id)"
                #expect(try await HTTP.get(image, headers: alice.headers).status == 200)
            }
            try await administrators(rig, control, hers)
        }
    }

    /// With the scope admin, another owner may be named.
    private func administrators(_ rig: Rig, _ control: Server, _ hers: JSONValue) async throws {
        let carol = try await KeyDesk(rig: rig).create("carol", scope: "admin")
        let bob = try await KeyDesk(rig: rig).create("bob", scope: "submit,read")
        let path = "/api/cases/shared/image-job"
        #expect(try await Self.read(control, path, carol).errorCode == "unknown_case")
        let seen = try await Self.read(control, path + "?owner=alice", carol).json
        #expect(seen.text("jobId") == hers.text("jobId"))
        let link = try #require(hers.pictureLinks.values.first)
        #expect(try await HTTP.get(link, headers: carol.headers).status == 200)
        #expect(try await Self.read(control, path + "?owner=alice", bob).errorCode == "forbidden")
        #expect(try await Self.read(control, path + "?owner=bob", bob).status == 200)
        #expect(try await Self.read(control, path + "?owner=..", carol).errorField == "owner")
    }

    /// A signed link opens one picture to whoever holds it, and nothing else.
    @Test func signedLinksNeedNoKey() async throws {
        try await Rig.run { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            let control = try await rig.controlServer(worker: worker.url)
            let receiver = try await rig.receiver()
            for key in [try await KeyDesk(rig: rig).create("alice"), try await KeyDesk(rig: rig).create("local")] {
                #expect(try await Self.create(control, "linked", key).status == 202)
                let reader = JobReader(server: control.url, caseID: "linked", headers: key.headers)
                _ = try await reader.final()
                let job = try await reader.now("?images=signed")
                #expect(job.pictureLinks.count == 2)
                for link in job.pictureLinks.values {
                    #expect(try await HTTP.get(link).status == 200)
                    let elsewhere = receiver.url + link.dropFirst(control.url.count)
                    #expect(try await HTTP.get(elsewhere).status == 200, "another process over the same store")
                    let bare = String(link.prefix { $0 != "?" })
                    for wrong in [
                        link + "0", link.replacing("owner=", with: "owner=x"),
                        link.replacing("expires=", with: "expires=9"),
                        bare + "?signature=00", bare.dropLast(64) + SHA256.hex([]) + link.dropFirst(bare.count),
                    ] {
                        let refused = try await HTTP.get(wrong)
                        #expect(refused.status == 403 && refused.errorCode == "wrong_signature", "\(wrong)")
                    }
                    #expect(try await HTTP.get(bare).status == 401)
                    #expect(try await HTTP.send("PUT", link).status == 400)
                }
            }
        }
    }

    @Test func mayWhatTheirScopesSay() async throws {
        try await Rig.run { rig in
            let control = try await rig.controlServer()
            let reader = try await KeyDesk(rig: rig).create("alice", scope: "read")
            let writer = try await KeyDesk(rig: rig).create("alice", scope: "submit")
            let refused = try await Self.create(control, "case", reader)
            #expect(refused.status == 403 && refused.errorCode == "forbidden")
            #expect(try await Self.create(control, "case", writer).status == 202)
            #expect(try await Self.read(control, "/api/cases/case/image-job", writer).errorCode == "forbidden")
            #expect(try await Self.read(control, "/api/cases/case/image-job", reader).status == 200)
        }
    }

    /// What is made or ended while the server runs counts at its next request, also for `receiver`.
    @Test func countAndEndAtOnce() async throws {
        try await Rig.run { rig in
            let control = try await rig.controlServer()
            let receiver = try await rig.receiver()
            let (desk, path) = (KeyDesk(rig: rig), "/api/cases/nobody/image-job")
            let first = try await desk.create("alice")
            let short = try await desk.create("alice", scope: nil, "--expires-in-days", "0.00000001")
            for server in [control, receiver] {
                #expect(try await Self.read(server, path, first).status == 404)
                #expect(try await Self.read(server, path, short).status == 401, "its time is over")
            }
            let next = try await desk.rotate(first, grace: "86400")
            for key in [first, next] { #expect(try await Self.read(control, path, key).status == 404) }
            let last = try await desk.rotate(next, grace: "0")
            #expect(try await Self.read(control, path, next).status == 401)
            #expect(try await Self.read(control, path, last).status == 404)
            try await desk.revoke(last.id)
            for server in [control, receiver] {
                let refused = try await Self.read(server, path, last)
                #expect(refused.status == 401 && refused.errorCode == "unauthorized")
                #expect(refused.headers["www-authenticate"] == "Bearer")
            }
            try await desk.revoke("--owner", "alice")
            #expect(try await Self.read(control, path, first).status == 401)
            #expect(try await Self.read(control, path, nil).status == 401, "a store with a key never opens again")
        }
    }

    @Test func standNowhereButInTheirFirstAnswer() async throws {
        try await Rig.run(["DARKROOM_LOG_LEVEL": "trace"]) { rig in
            let control = try await rig.controlServer()
            let desk = KeyDesk(rig: rig)
            let key = try await desk.create("alice", scope: nil, "--note", "the studio's")
            #expect(try await Self.create(control, "case", key).status == 202)
            let wrong = try await HTTP.get(
                "\(control.url)/api/cases/case/image-job", headers: ["Authorization": "Bearer \(key.text)x"])
            #expect(wrong.status == 401 && !wrong.text.contains(key.secret))
            let list = try await rig.initiator("keys", "list", "--json")
            #expect(list.output.contains(key.id) && list.output.contains("the studio's"))
            #expect(!list.output.contains(key.secret))
            #expect(try await rig.initiator("get", "apikey:\(key.id)").output.contains(key.secret) == false)
            await control.process.stop()
            #expect(!control.process.errors.value.text.contains(key.secret))
            let found = try await rig.run(
                "/usr/bin/env", ["grep", "-r", "-a", "-l", "-F", "--", key.secret, rig.path("control")])
            #expect(found.code == 1, "the secret is in \(found.output)")
            #expect(try await rig.initiator("verify").code == 0)
        }
    }

    @Test func wrongUsage() async throws {
        try await Rig.run { rig in
            for arguments in [
                ["create"], ["create", "--owner", "a/b"], ["create", "--owner", "a", "--scope", "write"],
                ["create", "--owner", "a", "--expires-in-days", "0"], ["revoke"], ["revoke", "short"],
                ["revoke", "aaaaaaaaaaaa"], ["rotate", "aaaaaaaaaaaa"], ["rotate", "aaaaaaaaaaaa", "--grace", "-1"],
            ] {
                let finished = try await rig.run("initiator", ["keys"] + arguments + ["--data", rig.path("control")])
                #expect(finished.code == 2, "\(arguments): \(finished.errors)")
                #expect(!finished.errors.isEmpty && finished.output.isEmpty)
            }
        }
    }
}
