import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Questions and commands about runs that a worker has in hand.
extension WorkerHTTPClient {
    /// A snapshot's history and pictures' names; the pictures themselves do not travel here.
    private static let longestAnswer = 8 << 20

    public func ask(_ job: JobRecord, refresh: Bool) async -> WorkerAnswer {
        let worker = job.handOut.worker
        let url = "\(worker)/api/runs/\(job.jobID)?claim=\(job.handOut.claim)\(refresh ? "&refresh=1" : "")"
        let request = request(url, [], method: "GET", timeout: timeout, answerBytes: Self.longestAnswer)
        do throws(HTTPError) {
            let response = try await http.send(request)
            switch response.status {
            case 200..<300: return Self.answer(response, worker: worker)
            case 404, 410: return .unknown
            default:
                return .unreachable(reason: Self.refusal(worker, response))
            }
        } catch {
            return .unreachable(reason: "worker \(worker): \(error.message)")
        }
    }

    private static func answer(_ response: HTTPResponse, worker: String) -> WorkerAnswer {
        do {
            let limits = JSONLimits(maximumBytes: longestAnswer, maximumDepth: 16)
            let view = try JSON.decode(RunAnswerBody.self, from: response.body, limits: limits)
            // Without the snapshot the run is under another claim, or emptied.
            guard let snapshot = try view.snapshot?.snapshot() else { return .unknown }
            return .snapshot(snapshot)
        } catch {
            return .unreachable(reason: "worker \(worker) answered what cannot be read")
        }
    }

    public func history(of job: JobRecord) async -> RunHistory? {
        let url = "\(job.handOut.worker)/api/runs/\(job.jobID)"
        let request = request(url, [], method: "GET", timeout: timeout, answerBytes: Self.longestAnswer)
        guard let response = try? await http.send(request), response.status == 200,
            let view = try? JSON.decode(RunHistoryBody.self, from: response.body, limits: RunHistory.limits),
            let epoch = view.epoch, epoch == job.handOut.epoch, let history = view.history
        else { return nil }
        let assets = history.sorted { $0.key < $1.key }.compactMap { name, events in
            (try? AssetID(name)).map { RunHistory.Asset(id: $0, events: events) }
        }
        return RunHistory(epoch: epoch, assets: assets, deliveries: view.deliveries ?? [])
    }

    public func cancel(_ job: JobRecord) async -> CancelAnswer {
        let worker = job.handOut.worker
        let body: [UInt8]
        do throws(JSONError) { body = try JSON.encode(CancelRequest(epoch: job.handOut.epoch)) } catch {
            return .unreachable(reason: "the request cannot be written: \(error.message)")
        }
        do throws(HTTPError) {
            let response = try await http.send(
                request("\(worker)/api/runs/\(job.jobID)/cancel", body, timeout: timeout))
            switch response.status {
            case 200..<300:
                let view = try? JSON.decode(CancelAnswerBody.self, from: response.body)
                return view?.known == false ? .unknown : .taken
            // A worker that is not ours knows no such route; one of ours remembers what it does not know yet.
            case 404, 405, 410: return .unknown
            default:
                return .unreachable(reason: Self.refusal(worker, response))
            }
        } catch {
            return .unreachable(reason: "worker \(worker): \(error.message)")
        }
    }

    public func redeliver(_ jobID: JobID, at worker: String) async -> RedeliveryAnswer {
        do throws(HTTPError) {
            let response = try await http.send(request("\(worker)/api/runs/\(jobID)/redeliver", [], timeout: timeout))
            switch response.status {
            case 200..<300: return .taken
            case 404, 410: return .unknown
            default:
                return .unreachable(reason: Self.refusal(worker, response))
            }
        } catch {
            return .unreachable(reason: "worker \(worker): \(error.message)")
        }
    }

    /// All of the worker's dead letters once more.
    /// - Returns: how many; a reason in words if it did not work.
    public func redeliverAll(at worker: String) async -> Result<Int, CommandError> {
        do throws(HTTPError) {
            let response = try await http.send(request("\(worker)/api/deliveries/redeliver", [], timeout: timeout))
            let body = try? JSON.decode(RedeliveredBody.self, from: response.body)
            guard (200..<300).contains(response.status), let count = body?.redelivered else {
                return .failure(CommandError(Self.refusal(worker, response)))
            }
            return .success(count)
        } catch {
            return .failure(CommandError("worker \(worker): \(error.message)"))
        }
    }
}

/// Why a command to a worker did not work, in words for a person.
public struct CommandError: Error, Hashable, Sendable {
    public let reason: String
    init(_ reason: String) { self.reason = reason }
}

private struct RunAnswerBody: Decodable {
    var snapshot: SnapshotMessage?
}

private struct RunHistoryBody: Decodable {
    var epoch: Int?
    var history: [String: [AssetEvent]]?
    var deliveries: [DeliveryTry]?
}

private struct CancelAnswerBody: Decodable {
    var known: Bool?
}

private struct RedeliveredBody: Decodable {
    var redelivered: Int
}
