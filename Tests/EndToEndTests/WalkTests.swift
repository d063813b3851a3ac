import JSONCoding
import Testing

/// The walks of `Tests/Walks`: each system's own user, with a POSIX shell and curl, against the real programs.
@Suite("Walks")
struct WalkTests {
    @Test(arguments: ["case", "image", "scene", "editor", "generation"])
    func walk(name: String) async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(
                scenario: [
                    "rules": [
                        ["prompt": ["doomed"], "do": ["status": 500]],
                        ["prompt": ["forbidden"], "do": "prompt-blocked"],
                    ]
                ])
            let walked = try await rig.run(
                "/bin/sh", ["\(Places.repository)/Tests/Walks/\(name).sh", plane.control.url],
                settings: ["INTERVAL": "0.1"])
            #expect(walked.code == 0, "\(walked.errors)")
            #expect(walked.output.contains("done"))
        }
    }
}
