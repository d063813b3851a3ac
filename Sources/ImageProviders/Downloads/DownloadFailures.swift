import CurlClient
import JobModel
import Orchestration

/// What it means that a picture which was made did not arrive. URLs never stand in a message: they may carry signatures.
struct DownloadFailures {
    private let report: FailureReport
    private let now: @Sendable () -> Int64

    init(provider: String, key: ProviderKey?, now: @escaping @Sendable () -> Int64) {
        report = FailureReport(provider: provider, key: key)
        self.now = now
    }

    private static let billed = "the picture was made and billed, but"

    func read(_ response: HTTPResponse, host: String) -> Result<DownloadedPicture, MediaError> {
        guard response.status == 200 else { return .failure(answered(response, host: host)) }
        guard !response.body.isEmpty else { return .failure(empty()) }
        let mediaType = response.header("content-type").map { value in
            value.prefix { $0 != ";" }.split(separator: " ").joined().lowercased()
        }
        return .success(
            DownloadedPicture(bytes: response.body, mediaType: mediaType, hold: response.place.map { Hold($0) }))
    }

    private func answered(_ response: HTTPResponse, host: String) -> MediaError {
        let (status, context) = (response.status, ["httpStatus": String(response.status), "host": host])
        switch status {
        case 300..<400:
            return report.error(
                Verdict(.unusableOutput, retry: false),
                "\(Self.billed) its host \(host) redirects, and redirects are not followed (HTTP \(status))",
                code: "\(status)", context: context)
        case 429:
            return report.error(
                Verdict(.rateLimited, retry: true), "\(Self.billed) its host \(host) asks to slow down (HTTP 429)",
                code: "429", retryAfter: RetryHeaders.delay(response, now: now()), context: context)
        case 408, 500...599:
            return report.error(
                Verdict(.providerFailure, retry: true), "\(Self.billed) its host \(host) failed (HTTP \(status))",
                code: "\(status)", retryAfter: RetryHeaders.delay(response, now: now()), context: context)
        default:
            // Gone, or hidden from us: a new picture has a new URL.
            return report.error(
                Verdict(.unusableOutput, retry: true), "\(Self.billed) its host \(host) answered HTTP \(status)",
                code: "\(status)", context: context)
        }
    }

    func notAllowed(_ refusal: DownloadPolicy.Refusal) -> MediaError {
        report.error(
            Verdict(.unusableOutput, retry: false), "\(Self.billed) its URL \(refusal.message)",
            code: PictureDownload.notAllowedCode)
    }

    func noTime(host: String) -> MediaError {
        report.error(
            Verdict(.timeout, retry: true), "\(Self.billed) no time was left to fetch it", context: ["host": host])
    }

    func empty() -> MediaError {
        report.error(
            Verdict(.unusableOutput, retry: true), "the provider gave a picture without bytes", code: "NO_BYTES")
    }

    func dataURI(_ failure: DataURI.Failure) -> MediaError {
        let reason = failure == .tooLarge ? "is larger than allowed" : "is not in base64"
        return report.error(
            Verdict(.unusableOutput, retry: true), "\(Self.billed) the picture in the answer \(reason)",
            code: "BAD_DATA_URI")
    }

    /// No whole answer. Nothing that was sent for it can have been billed, so a broken connection is plain.
    func transport(_ problem: HTTPError, host: String) -> MediaError {
        if problem.code == .addressRefused {
            return notAllowed(.init("points to an address that is not allowed: \(host)"))
        }
        var verdict = TransportErrors.verdict(problem)
        if verdict.kind == .outcomeUnknown { verdict.kind = .network }
        if verdict.kind == .invalidRequest { verdict.kind = .unusableOutput }
        var context = ["httpError": problem.code.rawValue, "host": host]
        if let status = problem.status { context["httpStatus"] = String(status) }
        return report.error(
            verdict, "\(Self.billed) it could not be fetched from \(host): \(problem.message)", context: context)
    }
}
