import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import JSONCoding
import JobModel
import Orchestration

/// That the worker and the receiver are there, are what they are taken for, and take what they would be sent.
struct PeerChecks {
    let settings: Settings
    let worker: String?
    let receiver: String?

    func run() async -> [Finding] {
        let http = CurlClient()
        let probe = PeerProbe(http: http)
        let findings = await workers(probe) + receivers(probe)
        await http.shutdown()
        return findings
    }

    private func workers(_ probe: PeerProbe) async -> [Finding] {
        // What cannot be read was told among the settings.
        let urls = (try? settings.workers(flag: worker)) ?? []
        guard !urls.isEmpty else {
            return [.warn("worker", "none is named", "name it with --worker or DARKROOM_WORKER to have it checked")]
        }
        var findings: [Finding] = []
        for url in urls {
            let peer = Peer(check: "worker", url: url, roles: [.worker], start: "worker --listen …", probe: probe)
            findings.append(await peer.finding { await token(url, probe) })
        }
        return findings
    }

    private func token(_ url: String, _ probe: PeerProbe) async -> Finding? {
        let name = "DARKROOM_WORKER_TOKEN"
        let answer = try? await probe.get("\(url)/api/runs/doctor", token: (try? settings.token(name)) ?? nil)
        guard answer?.status == 401 else { return nil }
        return .fail("worker", "\(url) does not take our token", "\(name) must be the same here and there")
    }

    private func receivers(_ probe: PeerProbe) async -> [Finding] {
        let set: String?
        do { set = try settings.baseURL("receiver", flag: receiver) ?? settings.baseURL("public-url") } catch {
            return [.fail("receiver", "\(error)", "such as http://127.0.0.1:8082")]
        }
        guard let text = set else {
            return [.ok("receiver", "none is named: `serve` is its own; for `create` name it with --receiver")]
        }
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        let peer = Peer(
            check: "receiver", url: url, roles: [.receiver, .initiator], start: "receiver --listen …", probe: probe)
        return [
            await peer.finding {
                if let found = await reading(url, probe) { found } else { await signature(url, probe) }
            }
        ]
    }

    private func reading(_ url: String, _ probe: PeerProbe) async -> Finding? {
        let name = "DARKROOM_READ_TOKEN"
        let answer = try? await probe.get(
            "\(url)/api/cases/doctor/image-job", token: (try? settings.token(name)) ?? nil)
        guard let status = answer?.status, status == 401 || status == 403 else { return nil }
        return .warn("receiver", "\(url) does not let us read jobs", "\(name) must be the same here and there")
    }

    private func signature(_ url: String, _ probe: PeerProbe) async -> Finding? {
        let name = "DARKROOM_WEBHOOK_SECRET"
        let answer = try? await probe.postEmptyUpdate(
            to: "\(url)/api/webhook/image-progress", secrets: (try? settings.webhookSecrets()) ?? nil,
            wallSeconds: SystemClock().wallSeconds())
        switch answer?.errorCode {
        case "missing_signature":
            return .warn(
                "receiver", "\(url) takes signed webhooks only", "set \(name) here and for the worker as there")
        case "stale_signature":
            return .fail("receiver", "\(url) takes our signatures for old", "set both machines' clocks")
        case "wrong_signature":
            return .fail("receiver", "\(url) does not take our signature", "\(name) must be the same here and there")
        default: return nil
        }
    }
}

/// One server that others depend on.
private struct Peer {
    let check: String
    let url: String
    let roles: Set<ServerIdentity.Role>
    let start: String
    let probe: PeerProbe

    /// - Parameter further: asked of a server that is the right one; nil where it finds nothing wrong.
    func finding(_ further: () async -> Finding?) async -> Finding {
        let (health, ready): (PeerProbe.Answer, PeerProbe.Answer)
        do {
            health = try await probe.get("\(url)/healthz")
            ready = try await probe.get("\(url)/readyz")
        } catch {
            return .fail(
                check, "\(url) cannot be reached (\(error.reason))", "start it (`\(start)`), or mend the address")
        }
        guard let identity = try? JSON.decode(ServerIdentity.self, from: health.body) else {
            return .fail(
                check, "what answers at \(url) is no Darkroom that says its version", "mend the address, or upgrade it")
        }
        guard roles.contains(identity.service) else {
            return .fail(check, "a \(identity.service.rawValue) answers at \(url), not a \(check)", "mend the address")
        }
        guard ready.status == 200 else {
            return .fail(check, "\(url) is not ready (\(ready.status))", "its log says why; its store, or it is ending")
        }
        if let finding = skew(health) ?? version(identity) { return finding }
        if let finding = await further() { return finding }
        return .ok(check, "\(url) is \(identity.service.rawValue) \(identity.version), ready, and takes what we have")
    }

    private func version(_ identity: ServerIdentity) -> Finding? {
        guard identity.version != Release.version else { return nil }
        let message = "\(url) is version \(identity.version), this is \(Release.version)"
        let fits = ServerIdentity.major(of: identity.version) == ServerIdentity.major(of: Release.version)
        return fits
            ? .warn(check, message, "upgrade both to the same")
            : .fail(check, message, "they do not fit: upgrade the older")
    }

    /// Signatures are good for five minutes.
    private func skew(_ health: PeerProbe.Answer) -> Finding? {
        guard let there = health.seconds else { return nil }
        let apart = abs(SystemClock().wallSeconds() - there)
        guard apart > 60 else { return nil }
        let message = "the clocks of \(url) and of this machine are \(apart) s apart"
        let advice = "set them (NTP): beyond \(SigningText.toleranceSeconds) s signatures are refused"
        return apart > SigningText.toleranceSeconds ? .fail(check, message, advice) : .warn(check, message, advice)
    }
}
