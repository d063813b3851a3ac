import JSONCoding
import Testing

/// A whole run with every provider, each of which repeats its key in its error: no secret that anybody configured is in
/// a log, a stored file, an answer or a picture.
@Suite("Secrets of a whole run")
struct SecretsTests {
    private static let keys = [
        "gemini": "AIzaSecret4f1c77d2", "replicate": "r8_secret99aa31be", "openai": "sk-secret0b7712c4",
    ]
    private static let all =
        Array(keys.values) + [Closed.workerToken, Closed.readToken]
        + [Secret.first, Secret.second].map { String($0.text.dropFirst("whsec_".count)) }

    /// One image each that is made, refused, unauthorized, broken off, and answered with the key.
    private static let markers = ["ok", "prompt-blocked", "status 401", "reset", "not-json"]

    private static func document(_ provider: String) -> JSONValue {
        let texts = markers.map { "[[sim: \($0)]]" } + ["tells \(provider)"]
        let items = texts.enumerated().map { index, text -> JSONValue in
            ["id": .string("item-\(index)"), "name": .string("Item \(index)"), "description": .string(text)]
        }
        return [
            "caseId": .string("secret-\(provider)"), "evidence": .array(items), "locations": [],
            "options": ["providers": .array([.string(provider)])],
        ]
    }

    @Test func areNowhere() async throws {
        let rules = ["gemini", "imagen", "replicate", "openai"].map { name -> JSONValue in
            let key = Self.keys[name == "imagen" ? "gemini" : name] ?? ""
            return [
                "prompt": .string("tells \(name)"),
                "do": ["status": 400, "message": .string("bad key \(key) in Bearer \(key)")],
            ]
        }
        let secrets = [
            "REPLICATE_WEBHOOK_SECRET": Secret.second.text, "DARKROOM_SIMULATOR_WEBHOOK_SECRET": Secret.second.text,
        ]
        try await Rig.run(Closed.settings.merging(secrets) { $1 }) { rig in
            let simulator = try await rig.simulator(scenario: ["rules": .array(rules)])
            let workerURL = "http://127.0.0.1:\(try Ports.pick())"
            let control = try await rig.serve(
                "initiator",
                [
                    "serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", workerURL,
                    "--log-level", "trace",
                ])
            let worker = try await rig.serve(
                "worker",
                [
                    "--listen", String(workerURL.dropFirst("http://".count)), "--data", rig.path("worker"),
                    "--provider",
                    "gemini,imagen,replicate,openai,local", "--log-level", "trace",
                ], settings: Self.settings(simulator, control))
            var told: [String] = []
            for provider in ["gemini", "imagen", "replicate", "openai", "local"] {
                let created = try await HTTP.post(
                    "\(control.url)/api/generate-case", headers: Closed.reading, json: Self.document(provider))
                #expect(created.status == 202, "\(created.text)")
                let reader = JobReader(server: control.url, caseID: "secret-\(provider)", headers: Closed.reading)
                let job = try await reader.final()
                let run = try await HTTP.get(
                    "\(worker.url)/api/runs/\(job.text("jobId"))", headers: Closed.working)
                #expect(run.status == 200)
                told += ["\(job)", run.text]
                guard provider != "local" else { continue }
                let answer = job["assets"]?[Self.markers.count]?["error"]?.text("message") ?? ""
                #expect(answer.contains("[redacted]"), "\(provider): \(answer)")
            }
            for server in [control, worker, simulator.server] { told.append(server.process.errors.value.text) }
            await worker.process.stop()
            await control.process.stop()
            for secret in Self.all {
                for text in told { #expect(!text.contains(secret), "a secret shows in \(text.prefix(200))") }
                let folders = [rig.path("control"), rig.path("worker")]
                let found = try await rig.run("/usr/bin/env", ["grep", "-r", "-a", "-l", "-F", "--", secret] + folders)
                #expect(found.code == 1, "a secret is in \(found.output)")
            }
        }
    }

    private static func settings(_ simulator: Simulator, _ control: Server) -> [String: String] {
        [
            "GEMINI_API_KEY": keys["gemini"] ?? "", "GEMINI_BASE_URL": simulator.url,
            "REPLICATE_API_TOKEN": keys["replicate"] ?? "", "REPLICATE_BASE_URL": simulator.url,
            "OPENAI_API_KEY": keys["openai"] ?? "", "OPENAI_BASE_URL": "\(simulator.url)/v1",
            "DARKROOM_GEMINI_MODEL": "m", "DARKROOM_IMAGEN_MODEL": "m", "DARKROOM_REPLICATE_MODEL": "a/b",
            "DARKROOM_OPENAI_MODEL": "dall-e-3",
            "DARKROOM_PRICES": "gemini/*=1 imagen/*=1 replicate/*=1 openai/*=1",
            "DARKROOM_REPLICATE_WEBHOOK_URL": "\(control.url)/api/v1/webhooks/replicate",
            "DARKROOM_RATE_LIMIT": "off", "DARKROOM_CIRCUIT_BREAKER": "off", "DARKROOM_MAX_ATTEMPTS": "2",
            "DARKROOM_BACKOFF_FIRST": "0.05", "DARKROOM_BACKOFF_CAP": "0.2",
        ]
    }
}
