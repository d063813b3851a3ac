import Testing

/// What a shell is given to complete commands with.
@Suite("Completions")
struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func scriptsNameEveryCommand(_ shell: String) async throws {
        try await Rig.run { rig in
            let script = try await rig.run("initiator", ["completions", shell])
            #expect(script.code == 0)
            for word in ["edit-prompt", "doctor", "owner", "keys"] { #expect(script.output.contains(word), "\(word)") }
            guard shell == "bash" else { return }
            let path = try rig.file(bytes: Array(script.output.utf8))
            let checked = try await rig.run("/bin/bash", ["-n", path])
            #expect(checked.code == 0, "\(checked.errors)")
        }
    }

    @Test func anUnknownShell() async throws {
        try await Rig.run { rig in
            let finished = try await rig.run("initiator", ["completions", "tcsh"])
            #expect(finished.code == 2 && finished.errors.contains("zsh, bash, fish"), "\(finished.errors)")
        }
    }

    /// As bash itself asks: the cases of the store that the line names so far.
    @Test func caseIDsComeFromTheStore() async throws {
        try await Rig.run { rig in
            let worker = "http://127.0.0.1:\(try Ports.pick())"
            for (name, owner) in [("harbor-1", "local"), ("harbor-2", "acme"), ("lights", "local")] {
                let file = try rig.file(Cases.document(name, evidence: 1))
                let flags = ["--worker", worker, "--receiver", "http://127.0.0.1:9", "--owner", owner]
                let created = try await rig.run("initiator", ["create", file, "--data", rig.path("control")] + flags)
                #expect(created.code == 5)
            }
            #expect(try await completed(rig, ["--data", rig.path("control"), "har"]) == ["harbor-1"])
            #expect(try await completed(rig, ["--data", rig.path("control"), ""]) == ["harbor-1", "lights"])
            #expect(try await completed(rig, ["--data", rig.path("control"), "--owner", "acme", ""]) == ["harbor-2"])
            #expect(try await completed(rig, ["--data", rig.path("nothing"), ""]).isEmpty)
        }
    }

    private func completed(_ rig: Rig, _ words: [String]) async throws -> [String] {
        let script = try await rig.run("initiator", ["completions", "bash"])
        let line = ["initiator", "status"] + words
        let quoted = line.map { "'\($0)'" }.joined(separator: " ")
        let asking = """
            \(script.output)
            COMP_WORDS=(\(quoted))
            COMP_CWORD=\(line.count - 1)
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            _initiator initiator '\(words.last ?? "")' '\(line.dropLast().last ?? "")'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let path = try rig.file(bytes: Array(asking.utf8))
        let finished = try await rig.run(
            "/bin/bash", [path], settings: ["PATH": "\(Places.binaries):/usr/bin:/bin"])
        #expect(finished.code == 0, "\(finished.errors)")
        return finished.output.split(separator: "\n").map { $0.filter { $0 != " " } }
    }
}
