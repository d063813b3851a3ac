import JSONCoding
import Testing

/// What a receiver refuses of pictures.
@Suite("Pictures that a receiver refuses")
struct BadPictureTests {
    private static let bytes: [UInt8] = [0xFF, 0xD8, 1, 2, 3, 0xFF, 0xD9]
    private static let hash = SHA256.hex(bytes)
    private static let largest = 16 << 20

    private func withReceiver(_ body: (Server, ForgedWorker) async throws -> Void) async throws {
        try await Rig.run(Closed.settings) { rig in
            let receiver = try await rig.receiver()
            let file = try rig.file(Cases.document("held", evidence: 1))
            _ = try await rig.create(file, worker: "http://127.0.0.1:\(try Ports.pick())", receiver: receiver.url)
            try await body(receiver, try await ForgedWorker(rig, receiver: receiver.url, caseID: "held"))
        }
    }

    private func isKept(_ hash: String, _ receiver: Server) async throws -> Bool {
        try await HTTP.get("\(receiver.url)/api/artifacts/\(hash)", headers: Closed.reading).status == 200
    }

    @Test func takesWhatIsRight() async throws {
        try await withReceiver { receiver, forged in
            #expect(try await forged.put(Self.bytes, hash: Self.hash).status == 200)
            #expect(try await forged.put(Self.bytes, hash: Self.hash).status == 200, "again is no error")
            let url = "\(receiver.url)/api/artifacts/\(Self.hash)"
            let read = try await HTTP.get(url, headers: Closed.reading)
            #expect(read.body == Self.bytes)
            #expect(read.headers["etag"] == "\"\(Self.hash)\"")
            #expect(read.headers["x-content-type-options"] == "nosniff")
            let known = try await HTTP.get(
                url, headers: Closed.reading.merging(["If-None-Match": "\"\(Self.hash)\""]) { $1 })
            #expect(known.status == 304 && known.body.isEmpty)
            // `*` and a picture's own tag alike: of what is not there nobody has the present state.
            for (hash, status) in [(Self.hash, 304), (SHA256.hex([1]), 404)] {
                for tag in ["*", "\"\(hash)\""] {
                    let reply = try await HTTP.get(
                        "\(receiver.url)/api/artifacts/\(hash)",
                        headers: Closed.reading.merging(["If-None-Match": tag]) { $1 })
                    #expect(reply.status == status, "\(tag)")
                }
            }
        }
    }

    @Test func hashesAndSignatures() async throws {
        try await withReceiver { receiver, forged in
            let other = SHA256.hex([1])
            let mismatch = try await forged.put(Self.bytes, hash: other)
            #expect(mismatch.status == 422 && mismatch.errorCode == "hash_mismatch")
            for wrong in ["abc", Self.hash.uppercased(), Self.hash + "0", "..%2F" + Self.hash] {
                let reply = try await forged.put(Self.bytes, hash: wrong)
                #expect(
                    [400, 404].contains(reply.status) && reply.errorCode == "invalid_hash", "\(wrong): \(reply.text)")
            }
            for query in ["", "?job=", "?job=a%2Fb", "?jobs=x"] {
                let reply = try await forged.put(Self.bytes, hash: Self.hash, query: query)
                #expect(reply.status == 400 && reply.errorField == "job", "\(query): \(reply.text)")
            }
            let path = "/api/artifacts/\(Self.hash)"
            let table: [([String: String], String)] = [
                ([:], "missing_signature"), (Secret.second.uploadHeaders(path: path), "wrong_signature"),
                (Secret.first.uploadHeaders(path: "/api/artifacts/\(other)"), "wrong_signature"),
                (Secret.first.uploadHeaders(path: path, timestamp: WallClock.seconds - 310), "stale_signature"),
                (Secret.first.headers(id: "upload-1", body: Self.bytes), "wrong_signature"),
            ]
            for (headers, code) in table {
                let reply = try await forged.put(Self.bytes, hash: Self.hash, headers: headers)
                #expect(reply.status == 401 && reply.errorCode == code, "\(reply.text)")
            }
            #expect(try await !isKept(Self.hash, receiver))
            #expect(try await !isKept(other, receiver))
        }
    }

    @Test func lengths() async throws {
        try await withReceiver { receiver, forged in
            let path = "/api/artifacts/\(Self.hash)"
            let signed = Secret.first.uploadHeaders(path: path)
            func put(_ headers: [String: String], _ body: [UInt8]) async throws -> Reply {
                let all = signed.merging(headers) { $1 }
                return try await RawConnection.exchange(
                    port: receiver.port,
                    RawConnection.request("PUT", "\(path)?job=\(forged.jobID)", headers: all, body: body))
            }
            let chunked = try await put(
                ["Transfer-Encoding": "chunked"], RawConnection.chunked(Self.bytes))
            #expect(chunked.status == 411 && chunked.errorCode == "length_required", "\(chunked.text)")
            // Refused by what is announced: not a byte of it is waited for.
            let announced = try await put(["Content-Length": "\(Self.largest + 1)"], [])
            #expect(announced.status == 413 && announced.errorCode == "too_large", "\(announced.text)")
            for wrong in ["-1", "7x", "99999999999999999999"] {
                let reply = try? await put(["Content-Length": wrong], Self.bytes)
                #expect(reply.map { (400...413).contains($0.status) } ?? true, "\(wrong)")
            }
            #expect(try await !isKept(Self.hash, receiver))
            #expect(try await HTTP.get("\(receiver.url)/readyz").status == 200)
        }
    }

    /// A snapshot may name only pictures that are here: the worker is told which to put again.
    @Test func aSnapshotWithoutItsPicture() async throws {
        try await withReceiver { receiver, forged in
            let asset: JSONValue = [
                "id": "evidence-1", "kind": "evidence", "status": "generated", "attempts": 1,
                "picture": ["hash": .string(Self.hash), "bytes": 7, "mediaType": "image/jpeg"],
            ]
            let snapshot = forged.snapshot(version: 1, status: "completed").with("assets", [asset])
                .with("completedImages", 1)
            let missing = try await forged.send(snapshot)
            #expect(missing.status == 422 && missing.errorCode == "artifact_missing")
            #expect(try missing.json["error"]?["details"]?.texts("hashes") == [Self.hash])
            let reader = JobReader(server: receiver.url, caseID: "held", headers: Closed.reading)
            #expect(try await reader.now().text("status") == "pending")

            #expect(try await forged.put(Self.bytes, hash: Self.hash).status == 200)
            #expect(try await forged.send(snapshot).status == 200)
            #expect(try await reader.now().outcome == "completed 1/1")
        }
    }
}
