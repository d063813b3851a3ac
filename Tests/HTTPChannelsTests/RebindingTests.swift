import CurlClient
import HTTPChannels
import JobModel
import Orchestration
import Testing

/// What passed the check of its text is asked about again where it counts, at the connect.
@Suite("names that point elsewhere at the connect", .timeLimit(.minutes(2)))
struct RebindingTests {
    private func refusal(of request: HTTPRequest, with client: CurlClient) async -> HTTPError? {
        do throws(HTTPError) {
            let response = try await client.send(request)
            Issue.record("answered \(response.status)")
            return nil
        } catch {
            return error
        }
    }

    private func request(_ url: String, _ policy: EgressPolicy, host: String) -> HTTPRequest {
        HTTPRequest(
            "POST", url, body: [1], timeout: .seconds(60), maximumBodyBytes: 1000,
            addressFilter: policy.filter(forHost: host))
    }

    @Test("a name of this machine passes as text and is refused at the connect", arguments: LoopbackNames.all())
    func names(_ name: String) async throws {
        let (server, client, policy) = (try RebindingServer(), CurlClient(), try EgressPolicy())
        if name != "localhost", !name.hasSuffix(".localhost") {
            #expect(throws: Never.self) { try policy.check(url: "https://\(name)/hook") }
        }
        for host in [name, name + "."] {
            let error = await refusal(
                of: request("http://\(host):\(server.port)/hook", policy, host: host), with: client)
            // Not every resolver reads the hosts file for a name with a dot at its end.
            let isUnknown = host.hasSuffix(".") && error?.code == .nameNotFound
            #expect(error?.code == .addressRefused || isUnknown, "\(host)")
            #expect(error?.phase == .beforeSend)
        }
        #expect(client.statistics.connectionsOpened == 0)
        await client.shutdown()
        await server.stop()
        #expect(server.connections == 0)
    }

    @Test(
        "an address is refused at the connect in every spelling",
        arguments: [
            "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "017700000001", "127.0.0.1.",
            "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "0.0.0.0", "0", "[::]",
            "169.254.169.254", "10.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]",
        ])
    func spellings(_ host: String) async throws {
        let (server, client, policy) = (try RebindingServer(), CurlClient(), try EgressPolicy())
        #expect(throws: EgressError.self) { try policy.check(url: "https://\(host)/hook") }
        let error = await refusal(of: request("http://\(host):\(server.port)/hook", policy, host: host), with: client)
        // The dot makes a name of the number; whoever resolves it is asked about the address then.
        let isUnknown = host.hasSuffix(".") && error?.code == .nameNotFound
        #expect(error?.code == .addressRefused || isUnknown)
        #expect(client.statistics.connectionsOpened == 0)
        await client.shutdown()
        await server.stop()
        #expect(server.connections == 0)
    }

    @Test("a connection that a trusted request left open is asked about again", arguments: ["localhost", "127.0.0.1"])
    func reused(_ host: String) async throws {
        let (server, client) = (try RebindingServer(), CurlClient())
        let url = "http://\(host):\(server.port)/hook"
        let trusting = try EgressPolicy(allowedPeers: host)
        for _ in 0..<2 { _ = try await client.send(request(url, trusting, host: host)) }
        #expect(client.statistics.connectionsOpened == 1)
        let error = await refusal(of: request(url, try EgressPolicy(), host: host), with: client)
        #expect(error?.code == .addressRefused && error?.phase == .beforeSend)
        // And the other way round: a block of addresses that is allowed is so on the reused connection as well.
        let block = try EgressPolicy(allowedPeers: "127.0.0.0/8")
        _ = try await client.send(request(url, block, host: host))
        await client.shutdown()
        await server.stop()
        #expect(server.requests == 3)
    }

    @Test("a redirect to a private address is an answer, and nobody goes there")
    func redirect() async throws {
        let target = try RebindingServer()
        let server = try RebindingServer(
            answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n")
        let client = CurlClient()
        let policy = try EgressPolicy(allowPrivateAddresses: true)
        let url = "http://127.0.0.1:\(server.port)/hook"
        let response = try await client.send(request(url, policy, host: "127.0.0.1"))
        #expect(response.status == 302)
        await client.shutdown()
        await server.stop()
        await target.stop()
        #expect(server.requests == 1 && target.connections == 0)
    }
}

/// The same through the senders that the product has.
@Suite("deliveries to names that point elsewhere", .timeLimit(.minutes(2)))
struct RebindingDeliveryTests {
    private func snapshot(to url: String, artifacts: String? = nil) throws -> Snapshot {
        Snapshot(
            jobID: try JobID("j-1"), owner: try OwnerID("o"), caseID: try CaseID("c-1"), epoch: 1,
            claim: try Claim(String(repeating: "a", count: 32)), version: 1, status: .generating, isFinal: false,
            webhookURL: url, artifactURL: artifacts, assets: [])
    }

    @Test(
        "a snapshot and a picture are not delivered to this machine by any of its names",
        arguments: LoopbackNames.all())
    func names(_ name: String) async throws {
        let (server, client) = (try RebindingServer(), CurlClient())
        let sender = WebhookSender(http: client, secrets: nil, policy: try EgressPolicy(), clock: SystemClock())
        let url = "https://\(name):\(server.port)/hook"
        let hash = try ContentHash(String(repeating: "0", count: 64))
        for answer in [
            await sender.deliver(try snapshot(to: url), pictures: [:]),
            await sender.upload([1], hash: hash, to: url, of: try JobID("j-1"), trace: nil),
        ] {
            switch answer {
            case .refused(let reason): #expect(name == "localhost" || name.hasSuffix(".localhost"), "\(reason)")
            case .failed(let reason, _): #expect(reason.hasPrefix("address_refused"), "\(reason)")
            default: Issue.record("\(answer)")
            }
        }
        #expect(client.statistics.connectionsOpened == 0)
        await client.shutdown()
        await server.stop()
        #expect(server.connections == 0)
    }

    @Test(
        "nor by number, in any spelling",
        arguments: ["127.0.0.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]"])
    func numbers(_ host: String) async throws {
        let client = CurlClient()
        let sender = WebhookSender(http: client, secrets: nil, policy: try EgressPolicy(), clock: SystemClock())
        let hash = try ContentHash(String(repeating: "0", count: 64))
        for answer in [
            await sender.deliver(try snapshot(to: "https://\(host)/hook"), pictures: [:]),
            await sender.upload([1], hash: hash, to: "https://\(host)/artifacts", of: try JobID("j-1"), trace: nil),
        ] {
            guard case .refused(let reason) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(reason.contains("private, loopback or reserved"))
        }
        #expect(client.statistics.requests == 0)
        await client.shutdown()
    }
}
