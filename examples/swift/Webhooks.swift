import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Taking webhooks: any HTTP server will do, here it is Hummingbird.
enum Webhooks {
    private struct Update: Decodable {
        var epoch: Int
        var version: Int
        var status: String
        var final: Bool
        var completedImages: Int
        var totalImages: Int
    }

    /// The newest that came, by epoch and version.
    private final class Newest: Sendable {
        private let place = Mutex((epoch: 0, version: 0))

        func isNewer(_ update: Update) -> Bool {
            place.withLock { place in
                guard (update.epoch, update.version) > place else { return false }
                place = (update.epoch, update.version)
                return true
            }
        }
    }

    /// Hands a case to a worker and follows it by its webhooks.
    /// - Returns: the status of the final one.
    static func receive(_ api: API, worker: String, file: String) async throws -> String? {
        guard let secret = ProcessInfo.processInfo.environment["DARKROOM_WEBHOOK_SECRET"],
            let verifier = Verifier(secret)
        else { throw Failure(code: 2, message: "DARKROOM_WEBHOOK_SECRET is not set, or is no secret") }
        let (endings, ending) = AsyncStream<String>.makeStream()
        let (ports, port) = AsyncStream<Int>.makeStream()
        let newest = Newest()
        let router = Router()
        router.post("hook") { request, _ in
            let body = Data(try await request.body.collect(upTo: 8 << 20).readableBytesView)
            guard verifier.isGenuine(request.headers, body, now: Date()) else {
                note("a webhook that is not genuine")
                return HTTPResponse.Status.unauthorized
            }
            let update = try JSONDecoder().decode(Update.self, from: body)
            // It may come twice, or after a newer one: only what is newer counts, and all are answered 200.
            if newest.isNewer(update) {
                let place = "\(update.epoch).\(update.version)"
                show("\(place) \(update.status) \(update.completedImages)/\(update.totalImages)")
                if update.final { ending.yield(update.status) }
            }
            return .ok
        }
        let server = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: quiet))
        async let serving: Void = group.run()
        for await port in ports {
            try await handOver(api, worker: worker, file: file, to: "http://127.0.0.1:\(port)/hook")
            break
        }
        var status: String?
        for await ended in endings {
            status = ended
            break
        }
        // The last webhook's answer goes out before the server ends.
        await group.triggerGracefulShutdown()
        try await serving
        return status
    }

    private static func handOver(_ api: API, worker: String, file: String, to address: String) async throws {
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        guard var fields = document as? [String: Any] else { throw Failure(code: 2, message: "\(file) is no case") }
        fields["webhookUrl"] = address
        show("listening \(address)")
        let body = try JSONSerialization.data(withJSONObject: fields)
        for try await _ in try await api.open(try api.post("\(worker)/api/generate-case-images", body)).body {}
    }

    private static var quiet: Logger {
        var logger = Logger(label: "client")
        logger.logLevel = .error
        return logger
    }
}

/// Standard Webhooks: an HMAC over id, timestamp and body, and a timestamp that is not old.
struct Verifier: Sendable {
    private static let tolerance: Double = 300
    private let key: SymmetricKey

    /// - Parameter secret: `whsec_` and base64.
    init?(_ secret: String) {
        let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst("whsec_".count)) : secret
        guard let bytes = Data(base64Encoded: text), !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    func isGenuine(_ headers: HTTPFields, _ body: Data, now: Date) -> Bool {
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { headers[$0] } ?? "" }
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"))
        guard let seconds = Double(timestamp), abs(now.timeIntervalSince1970 - seconds) <= Self.tolerance else {
            return false
        }
        let signed = Data("\(id).\(timestamp).".utf8) + body
        // Several while the secret is being changed.
        return header("webhook-signature").split(separator: " ").contains { signature in
            guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        }
    }
}
