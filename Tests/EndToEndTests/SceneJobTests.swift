import JSONCoding
import Testing

/// The interface for film projects' pictures (system C), over the real control plane.
@Suite("Pictures of film projects")
struct SceneJobTests {
    private static let frame: JSONValue = [
        "prompt": "A pier at night", "job_type": "start_frame", "projectId": "p1", "branchId": "b1", "sceneId": "s1",
        "shotId": "sh1",
    ]

    @Test func aFrameLiesWhereItsShotIs() async throws {
        try await Rig.run { rig in
            let styles = try rig.file(["noir": "hard shadows, wet streets"])
            let plane = try await rig.plane(settings: ["DARKROOM_STYLES": styles])
            let asked = Self.frame.with("visualStyleCapsuleId", "noir").with("idempotency_key", "k1")
            let created = try await plane.post("/api/images/generate", asked)
            #expect(created.status == 202, "\(created.text)")
            let first = try created.json
            #expect(first.text("status") == "queued" && first.text("idempotency_key") == "k1")
            let id = first.text("jobId")
            let done = try await plane.when("/api/images/jobs/\(id)", "the end") { $0.text("status") == "completed" }
            let path = "asset-images/project_p1/branch_b1/scene_s1/shot_sh1/start_frame_\(id)_0.png"
            #expect(done.text("public_url") == "\(plane.control.url)/\(path)")
            #expect(done["attempt_count"] == 1 && done["retry_count"] == 0)
            #expect(done["cost_credits"]?.doubleValue == 0.039 && done["estimated_cost"]?.doubleValue == 0.039)
            #expect(done.text("completed_at").hasSuffix("Z") && done["failure_stage"] == nil)
            let picture = try await HTTP.get(done.text("public_url"))
            #expect(picture.status == 200 && picture.headers["content-type"] == "image/png")
            #expect(picture.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let prompts = try await plane.simulator.calls().map(\.prompt)
            #expect(prompts.count == 1 && prompts[0].contains("Opening frame of a shot: A pier at night."))
            #expect(prompts[0].hasSuffix("Visual style: hard shadows, wet streets"))
            for wrong in [
                path.replacing("project_p1", with: "project_p2"), path.replacing("_0.png", with: "_1.png"),
                path.replacing("_0.png", with: "_00.png"), path.replacing(id, with: "job_nobody"),
                path.replacing("start_frame", with: "end_frame"), "asset-images/\(id)",
            ] {
                #expect(try await plane.get("/\(wrong)").status == 404, "\(wrong)")
            }
        }
    }

    @Test func variationsAreSoManyPicturesOfOnePromptAndAFailureNamesItsStage() async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["doomed"], "do": ["status": 400]]]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario)
            let asked: JSONValue = ["prompt": "a lamp", "job_type": "variation", "projectId": "p1", "variations": 3]
            let id = try await plane.post("/api/images/generate", asked).json.text("id")
            let done = try await plane.when("/api/images/jobs/\(id)", "the end") { $0.text("status") == "completed" }
            let images = try #require(done["images"]?.arrayValue)
            #expect(images.map { $0.number("index") } == [0, 1, 2] && done["attempt_count"] == 3)
            #expect(Set(images.map { $0.text("public_url") }).count == 3)
            #expect(images[2].text("public_url").hasSuffix("/branch_main/master-assets/variation_\(id)_2.png"))
            let doomed = try await plane.post("/api/images/generate", asked.with("prompt", "a doomed lamp")).json
            let path = "/api/images/jobs/\(doomed.text("id"))"
            let failed = try await plane.when(path, "the failure") { $0.text("status") == "failed" }
            #expect(failed.text("failure_stage") == "generating" && failed["error"]?["code"] == "PERMANENT")
            // Another try, asked for by its user, is counted apart.
            try await plane.simulator.play(["default": "ok"])
            let retried = try await plane.post("/api/cases/\(doomed.text("id"))/retry", [:])
            #expect(retried.status == 202, "\(retried.text)")
            let made = try await plane.when(path, "the end") { $0.text("status") == "completed" }
            #expect(made["retry_count"] == 1 && made["attempt_count"] == 6)
        }
    }

    @Test func whatIsRefused() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: ["default": "hold"])
            for (change, value, field) in [
                ("prompt", "", "prompt"), ("job_type", "poster", "job_type"), ("projectId", "a/b", "projectId"),
                ("branchId", "", "branchId"), ("sceneId", .null, "sceneId"), ("shotId", .null, "shotId"),
                ("variations", 9, "variations"), ("visualStyleCapsuleId", "none", "visualStyleCapsuleId"),
                ("image", "hello", "image"), ("mask", "data:image/png;base64,AAAA", "mask"),
                ("references", ["data:image/png;base64,AAAA"], "references[0]"), ("job_type", "inpaint", "image"),
            ] as [(String, JSONValue, String)] {
                let reply = try await plane.post("/api/images/generate", Self.frame.with(change, value))
                #expect([400, 415].contains(reply.status), "\(change): \(reply.text)")
                #expect(reply.errorField == field, "\(change): \(reply.text)")
            }
            let unknown = try await plane.get("/api/images/jobs/nobody")
            #expect(unknown.status == 404 && unknown.errorCode == "unknown_job")
        }
    }
}
