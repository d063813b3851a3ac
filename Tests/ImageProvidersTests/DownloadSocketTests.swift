import CurlClient
import ImageProviders
import JobModel
import Orchestration
import Testing

/// Downloads over real sockets: what the bounds and the address filter do where it counts.
@Suite("fetching a picture over sockets", .timeLimit(.minutes(2)))
struct DownloadSocketTests {
    private static let picture = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    private static let refusingLoopback = AddressFilter(name: "egress") { $0.first != 127 && $0.count == 4 }

    /// Runs `body` with a download from `server`, and ends both.
    private func withDownload(
        from server: DownloadTestServer, host: String = "127.0.0.1", filter: AddressFilter? = nil,
        maximumBytes: Int = 1 << 20, showsKey: Bool = false, room: AnswerRoom? = nil,
        _ body: (_ download: PictureDownload, _ url: String, CurlClient) async throws -> Void
    ) async throws {
        let client = CurlClient()
        var policy = DownloadPolicy { _ in .success(filter) }
        let hosts = try HostList("\(host):\(server.port)")
        if showsKey { policy.keyHosts = hosts } else { policy.hosts = hosts }
        policy.allowsHTTP = true
        policy.maximumBytes = maximumBytes
        let download = PictureDownload(policy, key: try Replicate.key(), over: client, answerRoom: room)
        do { try await body(download, "http://\(host):\(server.port)/out.jpg", client) } catch { Issue.record(error) }
        await client.shutdown()
        await server.stop()
    }

    private func error(_ result: Result<DownloadedPicture, MediaError>) -> MediaError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test("the picture comes whole and keeps its place until it was used", arguments: [true, false])
    func whole(showsKey: Bool) async throws {
        let server = try DownloadTestServer(headers: "Content-Type: image/jpeg\r\n", body: Self.picture)
        let room = AnswerRoom(places: 1)
        try await withDownload(from: server, showsKey: showsKey, room: room) { download, url, _ in
            for _ in 0..<2 {
                let picture = try await download.fetch(url, timeout: .seconds(60), provider: "replicate").get()
                let isWhole = picture.bytes == Self.picture
                #expect(isWhole && picture.mediaType == "image/jpeg" && picture.hold != nil)
            }
        }
        #expect(server.heads.count == 2)
        #expect(server.heads.allSatisfy { $0.contains(Replicate.token) == showsKey && $0.hasPrefix("GET /out.jpg ") })
    }

    @Test("a host that resolves to this machine is refused at the connect, and sees nobody")
    func rebinding() async throws {
        let server = try DownloadTestServer(body: Self.picture)
        try await withDownload(from: server, host: "localhost", filter: Self.refusingLoopback) {
            download, url, client in
            let error = try #require(error(await download.fetch(url, timeout: .seconds(60), provider: "replicate")))
            #expect(error.kind == .unusableOutput && !error.isRetryable && error.providerCode == "URL_NOT_ALLOWED")
            #expect(error.phase == .answerRead)
            #expect(client.statistics.connectionsOpened == 0)
        }
        #expect(server.connections == 0)
    }

    @Test("an odd spelling of an allowed address is that address, and is refused at the connect as well")
    func spellings() async throws {
        let server = try DownloadTestServer(body: Self.picture)
        try await withDownload(from: server, filter: Self.refusingLoopback) { download, _, client in
            for host in [
                "127.0.0.1", "0x7f.1", "2130706433", "017700000001", "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]",
            ] {
                let url = "http://\(host):\(server.port)/out.jpg"
                let result = await download.fetch(url, timeout: .seconds(60), provider: "replicate")
                #expect(error(result)?.providerCode == "URL_NOT_ALLOWED", "\(host)")
            }
            #expect(client.statistics.connectionsOpened == 0)
        }
        #expect(server.connections == 0)
    }

    @Test("a connection that the provider's own origin left open is no way round the filter")
    func reused() async throws {
        let server = try DownloadTestServer(body: Self.picture)
        try await withDownload(from: server, filter: Self.refusingLoopback) { download, url, client in
            let own = HTTPRequest("GET", url, timeout: .seconds(60), maximumBodyBytes: 1 << 20)
            _ = try await client.send(own)
            let result = await download.fetch(url, timeout: .seconds(60), provider: "replicate")
            #expect(error(result)?.providerCode == "URL_NOT_ALLOWED")
            #expect(client.statistics.connectionsOpened == 1)
        }
        #expect(server.heads.count == 1)
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        let target = try DownloadTestServer(body: Self.picture)
        let server = try DownloadTestServer("302 Found", headers: "Location: http://127.0.0.1:\(target.port)/\r\n")
        try await withDownload(from: server) { download, url, _ in
            let error = try #require(error(await download.fetch(url, timeout: .seconds(60), provider: "replicate")))
            #expect(error.kind == .unusableOutput && !error.isRetryable && error.providerCode == "302")
        }
        await target.stop()
        #expect(target.connections == 0)
    }

    @Test("a larger picture than allowed is given up, announced or not", arguments: [199_999, 1_000])
    func tooLarge(maximumBytes: Int) async throws {
        let server = try DownloadTestServer(body: Self.picture)
        try await withDownload(from: server, maximumBytes: maximumBytes) { download, url, _ in
            let error = try #require(error(await download.fetch(url, timeout: .seconds(60), provider: "replicate")))
            #expect(error.kind == .unusableOutput && error.isRetryable && error.phase == .answerRead)
            #expect(error.context["httpError"] == "body_too_large")
        }
    }

    @Test("a picture that stops coming ends with the attempt")
    func stalled() async throws {
        let server = try DownloadTestServer(body: Array(Self.picture.prefix(1_000)), announced: 2_000)
        try await withDownload(from: server) { download, url, _ in
            let error = try #require(
                error(await download.fetch(url, timeout: .milliseconds(200), provider: "replicate")))
            #expect(error.kind == .timeout && error.isRetryable && error.phase == .answerRead)
        }
    }

    @Test("cancellation ends it at once")
    func canceled() async throws {
        let server = try DownloadTestServer(announced: 2_000)
        try await withDownload(from: server) { download, url, client in
            let task = Task { await download.fetch(url, timeout: .seconds(3600), provider: "replicate") }
            while server.heads.isEmpty { await Task.yield() }
            task.cancel()
            let error = try #require(error(await task.value))
            #expect(error.kind == .canceled && !error.isRetryable)
            #expect(client.statistics.inFlight == 0)
        }
    }
}
