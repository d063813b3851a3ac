import JSONCoding
import Testing

/// Methods, paths and sizes that a server does not take, on every route.
@Suite("Methods, paths and sizes")
struct RouteTests {
    private static let everywhere = [("/healthz", "GET, HEAD"), ("/readyz", "GET, HEAD")]
    private static let work = [
        ("/api/generate-case-images", "POST"), ("/api/runs", "POST"), ("/api/runs/job", "GET, HEAD"),
        ("/api/runs/job/cancel", "POST"), ("/api/runs/job/nudge", "POST"), ("/api/runs/job/redeliver", "POST"),
        ("/api/deliveries", "GET, HEAD"), ("/api/deliveries/redeliver", "POST"),
    ]
    private static let reception = [
        ("/api/webhook/image-progress", "POST"), ("/api/artifacts/\(SHA256.hex([]))", "GET, HEAD, PUT"),
        ("/api/cases/nobody/image-job", "GET, HEAD"), ("/api/cases/nobody/images/evidence-1", "GET, HEAD"),
    ]
    private static let submission = [
        ("/api/generate-case", "POST"), ("/api/cases/nobody/retry", "POST"), ("/api/cases/nobody/fallback", "POST"),
        ("/api/cases/nobody/assets/a", "PATCH"), ("/api/v1/webhooks/replicate", "POST"),
        ("/api/cases/nobody/why", "GET, HEAD"), ("/dashboard/session", "DELETE, GET, HEAD, POST"),
        ("/dashboard/version/app.js", "GET, HEAD"), ("/", "GET, HEAD"),
    ]

    @Test func worker() async throws {
        try await Rig.run { rig in
            let server = try await rig.worker(of: try await rig.simulator())
            try await check(server, Self.everywhere + Self.work)
            let unknown = try await HTTP.get("\(server.url)/api/runs/nobody")
            #expect(unknown.status == 404 && unknown.errorCode == "unknown_run")
            let redelivery = try await HTTP.post("\(server.url)/api/runs/nobody/redeliver", [])
            #expect(redelivery.status == 404 && redelivery.errorCode == "unknown_run")
            let cancel = try await HTTP.post("\(server.url)/api/runs/nobody/cancel", json: ["epoch": 0])
            #expect(cancel.status == 400 && cancel.errorField == "epoch")
            for path in ["/api/generate-case-images", "/api/runs"] { try await checkSize(server, path, 4 << 20) }
        }
    }

    @Test func receiver() async throws {
        try await Rig.run { rig in
            let server = try await rig.receiver()
            try await check(server, Self.everywhere + Self.reception)
            try await checkReading(server)
            try await checkSize(server, "/api/webhook/image-progress", 8 << 20)
        }
    }

    @Test func controlPlane() async throws {
        try await Rig.run { rig in
            let server = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", "http://127.0.0.1:9"])
            try await check(server, Self.everywhere + Self.reception + Self.submission)
            try await checkReading(server)
            let retry = try await HTTP.post("\(server.url)/api/cases/nobody/retry", [])
            #expect(retry.status == 404 && retry.errorCode == "unknown_case")
            // What cannot be answered as asked is not done either.
            let odd = try await HTTP.post("\(server.url)/api/image/generate?images=inline", json: ["prompt": "a"])
            #expect(odd.status == 400 && odd.errorField == "images")
            let archived = try await HTTP.get("\(server.url)/api/jobs?archived=yes")
            #expect(archived.status == 400 && archived.errorField == "archived")
            let empty = try await HTTP.post("\(server.url)/api/generate-case", [])
            #expect(empty.status == 400 && empty.errorField == "")
            let images = try await HTTP.post("\(server.url)/api/generate-case", json: ["caseId": "none"])
            #expect(images.status == 400 && images.errorField == "evidence")
            try await checkSize(server, "/api/generate-case", 4 << 20)
            #expect(try await rig.initiator("list").output.isEmpty)
        }
    }

    /// Every method that a route does not take is 405 and says which it does.
    private func check(_ server: Server, _ routes: [(path: String, allow: String)]) async throws {
        for (path, allow) in routes {
            let allowed = allow.split(separator: ", ").map(String.init)
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
                guard !allowed.contains(method) else { continue }
                let reply = try await HTTP.send(method, server.url + path)
                #expect(reply.status == 405, "\(method) \(path)")
                #expect(reply.headers["allow"] == allow, "\(method) \(path)")
                if method != "HEAD" { #expect(reply.errorCode == "method_not_allowed", "\(method) \(path)") }
            }
        }
        for path in ["/", "/api", "/api/nothing", "/api/runs/a/b/c", "/api/cases//image-job"] {
            let reply = try await HTTP.get(server.url + path)
            #expect(reply.status == 404 && reply.errorCode != nil, "\(path): \(reply.text)")
        }
        let head = try await HTTP.send("HEAD", server.url + "/healthz")
        #expect(head.status == 200 && head.body.isEmpty)
    }

    private func checkReading(_ server: Server) async throws {
        for caseID in ["nobody", "a%2Fb", "..%2F..", "%00", "a%20b", String(repeating: "x", count: 600)] {
            let job = try await HTTP.get("\(server.url)/api/cases/\(caseID)/image-job")
            #expect(job.status == 404 && job.errorCode == "unknown_case", "\(caseID): \(job.text)")
        }
        for wait in ["-1", "61", "x", ""] {
            let reply = try await HTTP.get("\(server.url)/api/cases/nobody/image-job?wait=\(wait)")
            #expect(reply.status == 400 && reply.errorField == "wait", "\(wait): \(reply.text)")
        }
        for (name, value) in [("after", "x"), ("after", "-1"), ("after", "9223372036854775808"), ("images", "painted")]
        {
            let reply = try await HTTP.get("\(server.url)/api/cases/nobody/image-job?wait=0&\(name)=\(value)")
            #expect(reply.status == 400 && reply.errorField == name, "\(name)=\(value): \(reply.text)")
        }
        let picture = try await HTTP.get("\(server.url)/api/artifacts/\(SHA256.hex([7]))")
        #expect(picture.status == 404 && picture.errorCode == "unknown_picture")
    }

    /// 10 MB, announced and not.
    private func checkSize(_ server: Server, _ path: String, _ limit: Int) async throws {
        let body = [UInt8](repeating: 0x20, count: 10 << 20)
        let announced = try await RawConnection.exchange(
            port: server.port,
            RawConnection.request("POST", path, headers: ["Content-Length": "\(body.count)"], body: body))
        #expect(announced.status == 413 && announced.errorCode == "too_large", "\(path): \(announced.text)")
        let counted = try await RawConnection.exchange(
            port: server.port,
            RawConnection.request(
                "POST", path, headers: ["Transfer-Encoding": "chunked"], body: RawConnection.chunked(body)))
        #expect(counted.status == 413 && counted.errorCode == "too_large", "\(path): \(counted.text)")
        let fitting = try await HTTP.post(server.url + path, [UInt8](repeating: 0x20, count: limit))
        #expect(fitting.status == 400, "\(path): \(fitting.text)")
        #expect(try await HTTP.get("\(server.url)/readyz").status == 200)
    }
}
