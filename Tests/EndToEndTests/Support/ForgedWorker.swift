import JSONCoding

/// Sends webhooks and pictures as a worker would that has the secret and the hand-out, and as one that has not.
struct ForgedWorker: Sendable {
    let receiver: String
    let caseID: String
    let jobID: String
    let epoch: Int64
    let claim: String
    let assets: [String]

    static let path = "/api/webhook/image-progress"

    /// Takes the hand-out of a job from the store.
    init(_ rig: Rig, receiver: String, caseID: String) async throws {
        let record = try await rig.initiator("status", caseID, "--json").json
        self.receiver = receiver
        self.caseID = caseID
        jobID = record.text("jobId")
        epoch = record["handOut"]?.number("epoch") ?? -1
        claim = record["handOut"]?.text("claim") ?? ""
        assets = (record["assets"]?.arrayValue ?? []).map { $0.text("id") }
    }

    /// A snapshot in which every asset stands alike.
    func snapshot(version: Int64, status: String = "generating", asset: String = "generating") -> JSONValue {
        let list = assets.map { id -> JSONValue in
            ["id": .string(id), "kind": "evidence", "status": .string(asset), "attempts": 1]
        }
        return [
            "caseId": .string(caseID), "status": .string(status), "completedImages": 0,
            "totalImages": .int(Int64(assets.count)), "evidenceImages": [:], "locationImages": [:], "failedIds": [],
            "jobId": .string(jobID), "epoch": .int(epoch), "claim": .string(claim), "version": .int(version),
            "final": .bool(status != "generating"), "to": .string(receiver + Self.path), "assets": .array(list),
        ]
    }

    /// Signed, unless other headers are given.
    func send(_ snapshot: JSONValue, headers: [String: String]? = nil) async throws -> Reply {
        try await send(try JSON.encode(snapshot), headers: headers)
    }

    func send(_ body: [UInt8], headers: [String: String]? = nil) async throws -> Reply {
        let signed = Secret.first.headers(id: "forged-1", body: body)
        return try await HTTP.post(receiver + Self.path, headers: headers ?? signed, body)
    }

    func put(_ bytes: [UInt8], hash: String, headers: [String: String]? = nil, query: String? = nil) async throws
        -> Reply
    {
        let path = "/api/artifacts/\(hash)"
        let signed = Secret.first.uploadHeaders(path: path)
        return try await HTTP.send(
            "PUT", "\(receiver)\(path)\(query ?? "?job=\(jobID)")", headers: headers ?? signed, body: bytes)
    }
}
