import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// One method of Google's models (`generateContent`, `predict`) with what all of them have in common.
struct GoogleCaller: Sendable {
    let origin: ProviderOrigin
    let apiVersion: GoogleAPIVersion
    let method: String
    let key: ProviderKey
    let connectTimeout: Duration
    let maximumBodyBytes: Int
    let http: any HTTPSending
    let answerRoom: AnswerRoom?
    /// Milliseconds of Unix time.
    let now: @Sendable () -> Int64
    let report: FailureReport

    /// What a call of one picture needs to know.
    struct Order {
        var model: String
        var body: [UInt8]
        var timeout: Duration
        var onSend: @Sendable () -> Void
    }

    /// - Parameter read: turns the body of a 200 into a picture.
    func picture(
        _ order: Order, read: (_ body: [UInt8], JSONLimits) throws(Refusal) -> GeneratedMedia
    ) async -> GenerationResult {
        let response: HTTPResponse
        do {
            response = try await http.send(httpRequest(order))
        } catch {
            guard let failed = TransportErrors.failedAnswer(error) else { return .failed(report.transport(error)) }
            return .failed(report.google(failed, now: now()))
        }
        guard (200..<300).contains(response.status) else { return .failed(report.google(response, now: now())) }
        do {
            var media = try read(response.body, JSONLimits(maximumBytes: maximumBodyBytes))
            media.hold = response.place.map { Hold($0) }
            return .made(media)
        } catch {
            return .failed(report.refused(error, response))
        }
    }

    private func httpRequest(_ order: Order) -> HTTPRequest {
        HTTPRequest(
            "POST", "\(origin.text)/\(apiVersion.rawValue)/models/\(order.model):\(method)",
            headers: [
                ("content-type", "application/json"), ("accept", "application/json"), ("x-goog-api-key", key.text),
            ],
            body: order.body, connectTimeout: min(connectTimeout, order.timeout), timeout: order.timeout,
            maximumBodyBytes: maximumBodyBytes, answerRoom: answerRoom, onSend: order.onSend)
    }
}
