import CurlClient
import JobModel
import Orchestration

/// Reads the pictures of a run's request over HTTP from its artifact address, which the egress policy must allow. Whoever
/// serves them knows by the run's claim that they may be read.
public struct InputReader: InputSource {
    private let http: any HTTPSending
    private let policy: EgressPolicy

    public init(http: any HTTPSending, policy: EgressPolicy) {
        self.http = http
        self.policy = policy
    }

    public func read(
        _ input: InputPicture, of run: RunRecord, within limit: Duration
    ) async -> Result<[UInt8], MediaError> {
        guard let artifactURL = run.artifactURL else {
            return .failure(InputReader.fault(.invalidRequest, "the run has no address to read its pictures at"))
        }
        let url = "\(artifactURL)/\(input.hash)?job=\(run.jobID)&claim=\(run.claim)"
        let host: String
        do throws(EgressError) { host = try policy.check(url: url).host } catch {
            return .failure(InputReader.fault(.invalidRequest, "the address \(error.message)"))
        }
        let request = HTTPRequest(
            "GET", url, headers: [], body: [], connectTimeout: .seconds(5), timeout: min(limit, .seconds(15)),
            maximumBodyBytes: input.bytes, addressFilter: policy.filter(forHost: host))
        do throws(HTTPError) { return InputReader.bytes(in: try await http.send(request), of: input) } catch {
            // Nothing was sent to a provider, whatever became of this.
            let kind: MediaError.Kind = error.code == .canceled ? .canceled : .network
            return .failure(InputReader.fault(kind, "a picture of the request: \(error.message)"))
        }
    }

    private static func bytes(in response: HTTPResponse, of input: InputPicture) -> Result<[UInt8], MediaError> {
        guard response.status == 200 else {
            let message = "a picture of the request: its keeper answered \(response.status)"
            let isPassing = response.status == 429 || response.status >= 500
            return .failure(fault(isPassing ? .network : .invalidRequest, message))
        }
        guard ContentHash(of: response.body) == input.hash else {
            return .failure(fault(.network, "a picture of the request came with other bytes"))
        }
        return .success(response.body)
    }

    private static func fault(_ kind: MediaError.Kind, _ message: String) -> MediaError {
        MediaError(kind, message, phase: .beforeSend)
    }
}
