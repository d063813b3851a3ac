import JSONCoding
import Testing

/// What is somebody's own stands in records and in answers to them, never in a log or a measure.
@Suite("Redaction")
struct RedactionTests {
    private static let owner = "marked-owner-5c1e7a"
    private static let prompt = "marked words of a prompt 9d02"
    private static let mail = "marked.person@example.org"
    private static let title = "Marked Title 77b1"
    private static let fileName = "marked holiday 40e8 of Jane.png"

    private static func document(_ caseID: String) -> JSONValue {
        func item(_ id: String, _ text: String) -> JSONValue {
            [
                "id": .string(id), "name": .string("\(title) \(id)"),
                "description": .string("\(prompt), for \(mail). \(text)"),
            ]
        }
        return [
            "caseId": .string(caseID),
            "evidence": .array([
                item("made", "[[sim: hold, ok]]"), item("refused", "[[sim: hold, prompt-blocked]]"),
                item("denied", "[[sim: hold, status 401]]"), item("cut", "[[sim: hold, reset]]"),
            ]),
        ]
    }

    /// Everything that can go wrong on the way is made to: a provider that fails, a control plane that is away while
    /// pictures and snapshots are due, requests that are refused.
    @Test func logsNameNobody() async throws {
        try await Rig.run(["DARKROOM_LOG_LEVEL": "trace"]) { rig in
            let key = try await KeyDesk(rig: rig).create(Self.owner)
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_MAX_ATTEMPTS": "2"])
            let listen = "127.0.0.1:\(try Ports.pick())"
            let first = try await rig.controlServer(listen: listen, worker: worker.url)
            #expect(try await create(first, "marked", key).status == 202)
            try await simulator.wait("held", is: 4)
            try await askWrongly(first, key)
            await first.process.stop()
            try await simulator.release()
            // The one whose connection is cut is tried again.
            try await simulator.wait("held", is: 1)
            try await simulator.release()
            try await worker.logged("webhook.failed")
            let second = try await rig.controlServer(listen: listen, worker: worker.url)
            let reader = JobReader(server: second.url, caseID: "marked", headers: key.headers)
            let job = try await reader.final()
            #expect("\(job)".contains(Self.prompt) && "\(job)".contains(Self.mail), "the owner sees their own words")
            var picture: [UInt8] = []
            for (id, _) in job.pictureLinks {
                let made = try await HTTP.get("\(second.url)/api/cases/marked/images/\(id)", headers: key.headers)
                #expect(made.status == 200)
                picture = made.body
            }
            try await upload(picture, to: second, key)
            try await askWrongly(second, key)
            let operators = try await KeyDesk(rig: rig).create("local", scope: "read")
            let pages = [try await second.measures(operators.headers), try await worker.measures()]
            #expect(
                pages[0].text.contains("darkroom_job_images_total{") && pages[1].text.contains("darkroom_images_total{")
            )
            var told = pages.map(\.text)
            for server in [first, second, worker] {
                await server.process.stop()
                told.append(server.process.errors.value.text + server.process.output.value.text)
            }
            for mark in [Self.owner, Self.prompt, Self.mail, Self.title, Self.fileName, key.secret, key.text] {
                for text in told { check(text, mark) }
            }
        }
    }

    private func check(_ text: String, _ mark: String) {
        let line = text.split(separator: "\n").first { $0.contains(mark) }
        #expect(line == nil, "\(mark) shows in \(line ?? "")")
    }

    private func create(_ server: Server, _ caseID: String, _ key: KeyDesk.Key) async throws -> Reply {
        try await HTTP.post(
            "\(server.url)/api/generate-case", headers: key.headers, json: Self.document(caseID))
    }

    /// A picture under a name that says something: whole, cut off, in a field that there is not, and in a broken form.
    private func upload(_ picture: [UInt8], to server: Server, _ key: KeyDesk.Key) async throws {
        let headers = key.headers.merging(["Content-Type": "multipart/form-data; boundary=edge"]) { own, _ in own }
        let end = "\r\n--edge--\r\n"
        for (field, bytes, end, status) in [
            ("input1", picture, end, 202), ("input1", Array(picture.prefix(100)), end, 400),
            ("portrait", picture, end, 400), ("input1", picture, "", 400),
        ] {
            let form =
                "--edge\r\nContent-Disposition: form-data; name=prompt\r\n\r\n\(Self.prompt)\r\n--edge\r\n"
                + "Content-Disposition: form-data; name=\(field); filename=\"\(Self.fileName)\"\r\n\r\n"
            let reply = try await HTTP.send(
                "POST", "\(server.url)/api/v1/generations", headers: headers,
                body: Array(form.utf8) + bytes + Array(end.utf8))
            #expect(reply.status == status, "\(field): \(reply.text)")
        }
    }

    /// Requests that are refused, each with something of somebody's in it.
    private func askWrongly(_ server: Server, _ key: KeyDesk.Key) async throws {
        let broken = Array(#"{"caseId": "x", "evidence": [{"name": "\#(Self.title) \#(Self.mail)"#.utf8)
        #expect(try await HTTP.post("\(server.url)/api/generate-case", headers: key.headers, broken).status == 400)
        for (path, status) in [
            ("/api/cases/marked/image-job?owner=\(Self.owner)&for=\(Self.mail)", 401),
            ("/api/owners/\(Self.owner)/artifacts/\(SHA256.hex([1]))", 401), ("/\(Self.mail)/\(Self.owner)", 404),
        ] {
            #expect(try await HTTP.get(server.url + path).status == status, "\(path)")
        }
        let wrong = try await HTTP.get(
            "\(server.url)/api/cases/marked/image-job", headers: ["Authorization": "Bearer \(key.text)0"])
        #expect(wrong.status == 401)
    }
}
