import CurlClient
import HTTPChannels
import JSONCoding
import JobModel
import Orchestration
import Testing

/// A peer that answers as told, with no network between.
private struct ScriptedPeer: HTTPSending {
    let answer: @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError>

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { try answer(request).get() }
}

@Suite("What a worker's answers come to")
struct WorkerClientTests {
    private func job() throws -> (JobRecord, JobSpecification) {
        let handOut = HandOut(
            epoch: 1, worker: "http://worker", claim: try Claim("claim"), stopBy: 5, webhookURL: "http://r/hook",
            artifactURL: nil)
        let hash = ContentHash(of: [])
        let asset = AssetSpecification(
            id: try AssetID("a"), kind: .evidence, prompt: "x", subject: Subject(name: "A", description: "B"))
        let record = JobRecord(
            jobID: try JobID("job_1"), owner: .local, caseID: try CaseID("c"), createdAt: 0, specification: hash,
            requestHash: hash, handOut: handOut, assets: [JobAsset(id: asset.id, kind: .evidence, name: "A")])
        return (record, JobSpecification(caseID: record.caseID, assets: [asset]))
    }

    private func trigger(_ status: Int, _ body: String, retryAfter: String? = nil) async throws -> TriggerAnswer {
        let peer = ScriptedPeer { _ in
            let headers = retryAfter.map { [(name: "retry-after", value: $0)] } ?? []
            return .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
        }
        let (record, specification) = try job()
        return await WorkerHTTPClient(http: peer, token: nil).trigger(record, specification: specification)
    }

    enum Kind: Sendable {
        case accepted
        case foreign
        case busy
        case refused
        case unacceptable
        case unreachable

        init(_ answer: TriggerAnswer) {
            switch answer {
            case .accepted: self = .accepted
            case .acceptedByForeign: self = .foreign
            case .busy: self = .busy
            case .refused: self = .refused
            case .unacceptable: self = .unacceptable
            case .unreachable: self = .unreachable
            }
        }
    }

    private static func wrong(_ field: String, code: String = "invalid_request") -> String {
        #"{"error": {"code": "\#(code)", "message": "m", "details": {"field": "\#(field)"}}}"#
    }

    @Test(
        arguments: [
            (202, #"{"jobId": "job_1", "epoch": 1, "status": "generating"}"#, Kind.accepted),
            (202, #"{"jobId": "job_1", "epoch": 2, "status": "generating"}"#, .foreign), (200, "ok", .foreign),
            (200, "", .foreign), (503, "", .busy), (429, "", .busy), (502, "", .busy), (500, "", .unreachable),
            (409, "", .refused), (401, "", .refused), (404, "", .refused), (301, "", .refused),
            // Only a worker of ours that names a field of the request says something lasting.
            (400, "", .refused), (400, "no", .refused), (400, wrong(""), .refused),
            (400, wrong("options.providers", code: "other"), .refused), (400, wrong("webhookUrl"), .refused),
            (400, wrong("artifactUrl"), .refused), (400, wrong("stopBy"), .refused),
            (400, wrong("options.providers"), .unacceptable), (400, wrong("assets[3].model"), .unacceptable),
            (422, wrong("options.providers"), .refused),
        ] as [(Int, String, Kind)])
    func answers(status: Int, body: String, kind: Kind) async throws {
        let answer = try await trigger(status, body)
        #expect(Kind(answer) == kind, "\(answer)")
    }

    @Test func retryAfterIsRead() async throws {
        guard case .busy(_, let pause) = try await trigger(503, "", retryAfter: "7") else {
            Issue.record("not busy")
            return
        }
        #expect(pause == 7_000)
    }

    @Test func aNudgeNamesTheCallAndBearsTheToken() async throws {
        let call = try RemoteCall(provider: "replicate", id: "p1")
        for (status, isTaken) in [(202, true), (404, false), (503, false)] {
            let peer = ScriptedPeer { request in
                guard request.method == "POST", request.url == "http://worker/api/runs/job_1/nudge",
                    request.headers.contains(where: { $0 == ("Authorization", "Bearer t") }),
                    let body = try? JSON.decode(NudgeRequest.self, from: request.body), (try? body.call()) == call,
                    request.timeout <= .seconds(3)
                else { return .success(HTTPResponse(status: 500, headers: [], body: [])) }
                return .success(HTTPResponse(status: status, headers: [], body: []))
            }
            let client = WorkerHTTPClient(http: peer, token: BearerToken("t"))
            let answer = await client.nudge(call, of: try JobID("job_1"), at: "http://worker")
            switch answer {
            case .taken: #expect(isTaken)
            case .failed(let reason): #expect(!isTaken && reason.contains("\(status)"))
            }
        }
    }
}
