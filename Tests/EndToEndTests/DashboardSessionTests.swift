import JSONCoding
import Testing

/// Signing in at the dashboard: what a session opens, what ends it, and who may not use it.
@Suite("The dashboard's sessions")
struct DashboardSessionTests {
    private static let job = "/api/cases/nobody/image-job"

    /// The cookie tells who, in a form that no script can read and no other site can send.
    @Test func aKeyOpensASession() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let key = try await KeyDesk(rig: rig).create("alice", scope: "read")
            var browser = Browser(server)
            #expect(try await browser.get("/dashboard/session").json == ["signedIn": false, "open": false])
            for wrong in ["", "dk_x", key.text + "x", String(key.text.dropLast()) + "!"] {
                let refused = try await browser.signIn(wrong)
                #expect(refused.status == 401 && refused.headers["set-cookie"] == nil, "\(wrong): \(refused.text)")
                #expect(refused.headers["www-authenticate"] == "Bearer")
                #expect(!refused.text.contains(key.secret))
            }
            let opened = try await browser.signIn(key.text)
            #expect(opened.status == 200 && opened.headers["cache-control"] == "no-store")
            let set = try #require(opened.headers["set-cookie"])
            #expect(set.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "\(set)")
            #expect(!set.contains(key.secret) && !opened.text.contains(key.secret))
            let session = try await browser.get("/dashboard/session").json
            #expect(session["signedIn"] == true && session.text("owner") == "alice")
            #expect(session["scopes"] == ["read"])
            #expect(try await browser.get(Self.job).errorCode == "unknown_case")
            #expect(try await browser.get(Self.job + "?owner=bob").errorCode == "forbidden")
            #expect(try await browser.send("POST", "/api/cases/nobody/cancel").errorCode == "forbidden", "read only")
            let left = try await browser.send("DELETE", "/dashboard/session")
            #expect(left.headers["set-cookie"] == "darkroom_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")
        }
    }

    /// A session is the key's: it ends with it, and needs no memory of the server's.
    @Test func aSessionLivesAsLongAsItsKey() async throws {
        try await Rig.run { rig in
            let first = try await rig.controlServer()
            let desk = KeyDesk(rig: rig)
            let (key, other) = (try await desk.create("alice"), try await desk.create("bob"))
            var browser = Browser(first)
            _ = try await browser.signIn(key.text)
            #expect(try await browser.get(Self.job).status == 404)
            await first.process.stop()
            var later = Browser(try await rig.controlServer())
            later.cookie = browser.cookie
            #expect(try await later.get(Self.job).status == 404, "it outlives a restart")
            let cookie = try #require(browser.cookie)
            let parts = cookie.split(separator: ".").map(String.init)
            for forged in [
                cookie.replacing(key.id, with: other.id), cookie.replacing(key.id, with: "operator"),
                [parts[0], parts[1], "9999999999", parts[3]].joined(separator: "."), String(cookie.dropLast()),
                cookie + "; " + cookie, "darkroom_session=", "darkroom_session=v1...", cookie + "0",
            ] {
                later.cookie = forged
                #expect(try await later.get(Self.job).status == 401, "\(forged)")
            }
            later.cookie = "theme=dark;  \(cookie); last=1"
            #expect(try await later.get(Self.job).status == 404, "among others")
            try await desk.revoke(key.id)
            #expect(try await later.get(Self.job).status == 401, "it ends with its key")
            #expect(try await later.get("/dashboard/session").json["signedIn"] == false)
        }
    }

    @Test func theOperatorsSessionEndsWithTheToken() async throws {
        try await Rig.run { rig in
            let first = try await rig.controlServer(settings: ["DARKROOM_READ_TOKEN": Closed.readToken])
            var browser = Browser(first)
            #expect(try await browser.signIn(Closed.readToken).status == 200)
            #expect(try await browser.get("/api/admin/jobs").status == 200)
            await first.process.stop()
            var later = Browser(try await rig.controlServer(settings: ["DARKROOM_READ_TOKEN": "another-token"]))
            later.cookie = browser.cookie
            #expect(try await later.get("/api/admin/jobs").status == 401)
            await later.server.process.stop()
            let open = try await rig.controlServer()
            later = Browser(open)
            later.cookie = browser.cookie
            let session = try await later.get("/dashboard/session").json
            #expect(session["signedIn"] == false && session["open"] == true)
        }
    }

    /// Cookies that go along by themselves: whoever makes a browser send them has changed nothing.
    @Test func pagesOfOtherSitesAreRefused() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let key = try await KeyDesk(rig: rig).create("alice")
            var browser = Browser(server)
            _ = try await browser.signIn(key.text)
            let own = "http://127.0.0.1:\(server.port)"
            let foreign: [[String: String]] = [
                [:], ["X-Darkroom-Request": "0"], ["Sec-Fetch-Site": "same-origin"],
                ["X-Darkroom-Request": "1", "Sec-Fetch-Site": "cross-site"],
                ["X-Darkroom-Request": "1", "Sec-Fetch-Site": "same-site"],
                ["X-Darkroom-Request": "1", "Sec-Fetch-Site": "cross-site", "Origin": own],
                ["X-Darkroom-Request": "1", "Origin": "https://page.example"],
                ["X-Darkroom-Request": "1", "Origin": "null"],
                ["X-Darkroom-Request": "1", "Origin": "http://127.0.0.1:\(server.port + 1)"],
                ["X-Darkroom-Request": "1", "Origin": own + ".page.example"],
            ]
            for (method, path) in [
                ("POST", "/api/cases/nobody/cancel"), ("POST", "/api/cases/nobody/retry"),
                ("PATCH", "/api/cases/nobody/assets/a"), ("POST", "/api/generate-case"),
                ("POST", "/api/image/generate"), ("DELETE", "/api/v1/generations/job_x"),
                ("DELETE", "/dashboard/session"),
            ] {
                for headers in foreign {
                    let reply = try await browser.send(method, path, headers: headers)
                    #expect(reply.status == 403 && reply.errorCode == "forbidden", "\(method) \(path) \(headers)")
                }
            }
            for headers in foreign {
                let reply = try await HTTP.post(
                    "\(server.url)/dashboard/session", headers: headers, json: ["key": .string(key.text)])
                #expect(reply.status == 403 && reply.headers["set-cookie"] == nil, "signing in: \(headers)")
            }
            for headers in [
                Browser.own, ["X-Darkroom-Request": "1"], ["X-Darkroom-Request": "1", "Origin": own],
                ["X-Darkroom-Request": "1", "Sec-Fetch-Site": "same-origin", "Origin": "https://proxied.example"],
            ] {
                let reply = try await browser.send("POST", "/api/cases/nobody/cancel", headers: headers)
                #expect(reply.errorCode == "unknown_case", "\(headers): \(reply.text)")
            }
            let bearer = try await HTTP.post("\(server.url)/api/cases/nobody/cancel", headers: key.headers, [])
            #expect(bearer.errorCode == "unknown_case", "a program with a key needs none of this")
        }
    }

    @Test func triesAreCountedAndHTTPSKeepsCookiesToItself() async throws {
        let settings = ["DARKROOM_REQUESTS_PER_ADDRESS": "3", "DARKROOM_PUBLIC_URL": "https://darkroom.example"]
        try await Rig.run(settings) { rig in
            let server = try await rig.controlServer()
            let key = try await KeyDesk(rig: rig).create("alice")
            var browser = Browser(server)
            let opened = try await browser.signIn(key.text)
            #expect(opened.headers["set-cookie"]?.hasSuffix("; Secure") == true)
            for status in [401, 401, 429] { #expect(try await browser.signIn("guess").status == status) }
        }
    }
}
