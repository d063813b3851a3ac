import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite("fetching a picture", .timeLimit(.minutes(2)))
struct DownloadTests {
    private static let url = "https://files.test/a.png?signature=secret"

    private func policy(
        hosts: String = "files.test", keyHosts: String = "", origin: String? = nil,
        rule: @escaping DownloadPolicy.AddressRule = { _ in .success(nil) }
    ) throws -> DownloadPolicy {
        var policy = DownloadPolicy(origin: origin.flatMap { ProviderOrigin($0) }, rule: rule)
        policy.hosts = try HostList(hosts)
        policy.keyHosts = try HostList(keyHosts)
        return policy
    }

    private func fetch(
        _ url: String, _ policy: DownloadPolicy, _ http: ScriptedHTTP, timeout: Duration = .seconds(60)
    ) async throws -> Result<DownloadedPicture, MediaError> {
        await PictureDownload(policy, key: try Replicate.key(), over: http, now: { Replicate.now })
            .fetch(url, timeout: timeout, provider: "replicate")
    }

    private func error(_ result: Result<DownloadedPicture, MediaError>) -> MediaError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test func bytesAndTypeComeAsTheHostGaveThem() async throws {
        let answer = HTTPResponse(
            status: 200, headers: [(name: "content-type", value: "Image/PNG; charset=binary")], body: [1, 2, 3])
        let http = ScriptedHTTP([.answer(answer)])
        let picture = try await fetch(Self.url, policy(), http).get()
        #expect(picture.bytes == [1, 2, 3] && picture.mediaType == "image/png" && picture.hold == nil)
        let request = try #require(http.requests.first)
        #expect(request.method == "GET" && request.url == Self.url && request.body.isEmpty)
        #expect(request.timeout == .seconds(60) && request.connectTimeout == .seconds(10))
        #expect(request.maximumBodyBytes == 64 << 20 && request.onSend == nil)
        #expect(!request.headers.contains { $0.name.lowercased() == "authorization" })
    }

    @Test(
        "a URL that is not allowed is not called",
        arguments: [
            "", "files.test/a.png", "//files.test/a.png", "/a.png", "http://files.test/a.png", "ftp://files.test/a",
            "file:///etc/passwd", "https://evil.test/a.png", "https://files.test.evil.test/a", "https://a.files.test/a",
            "https://files.test./a", "https://user@files.test/a", "https://@files.test/a",
            "https://files.test@evil.test/",
            "https://files.test:8443/a", "https://files.test:80/a", "https://files.test/a#f",
            "https://files.test\\@evil.test/",
            "https://127.0.0.1/a", "https://[::1]/a", "https://files.test/\r\nx",
            "https://" + String(repeating: "a", count: 9_000),
        ])
    func notAllowed(url: String) async throws {
        let http = ScriptedHTTP([])
        let error = try #require(error(try await fetch(url, policy(), http)))
        #expect(error.kind == .unusableOutput && !error.isRetryable && error.providerCode == "URL_NOT_ALLOWED")
        #expect(error.phase == .answerRead && error.provider == "replicate" && error.message.count < 500)
        #expect(http.requests.isEmpty)
    }

    @Test("the product's address rule is asked, and its filter is set on the request")
    func rule() async throws {
        let refusing = try policy { url in
            .failure(DownloadPolicy.Refusal("must not point to \(url.utf8.count)"))
        }
        let silent = ScriptedHTTP([])
        let refused = try #require(error(try await fetch(Self.url, refusing, silent)))
        #expect(refused.providerCode == "URL_NOT_ALLOWED" && refused.message.contains("must not point to 41"))
        #expect(silent.requests.isEmpty)
        let filtering = try policy { _ in .success(AddressFilter(name: "egress") { _ in false }) }
        let http = ScriptedHTTP([.failure(HTTPError(.addressRefused, phase: .beforeSend, message: "egress"))])
        let error = try #require(error(try await fetch(Self.url, filtering, http)))
        #expect(error.kind == .unusableOutput && !error.isRetryable && error.providerCode == "URL_NOT_ALLOWED")
        #expect(http.requests.first?.addressFilter?.name == "egress")
    }

    @Test("the key is shown to key hosts and the provider's own origin only")
    func key() async throws {
        let policy = try policy(
            hosts: "files.test *.cdn.test", keyHosts: "keys.test", origin: "http://10.0.0.5:8080"
        ) { _ in .success(AddressFilter(name: "egress") { _ in true }) }
        let cases = [
            ("https://keys.test/a", true, true), ("http://10.0.0.5:8080/files/a", true, false),
            ("https://files.test/a", false, true), ("https://a.cdn.test/a", false, true),
        ]
        for (url, isShown, isFiltered) in cases {
            let http = ScriptedHTTP([.answer(Replicate.delivered())])
            _ = try await fetch(url, policy, http).get()
            let request = try #require(http.requests.first)
            let shown = request.headers.filter { $0.value.contains(Replicate.token) }
            #expect(shown.map(\.name) == (isShown ? ["authorization"] : []), "\(url)")
            #expect((request.addressFilter != nil) == isFiltered, "\(url)")
        }
        for url in [
            "http://10.0.0.5/files/a", "https://10.0.0.5:8080/a", "http://10.0.0.5:8081/a", "http://keys.test/a",
        ] {
            let http = ScriptedHTTP([])
            #expect(error(try await fetch(url, policy, http))?.providerCode == "URL_NOT_ALLOWED", "\(url)")
            #expect(http.requests.isEmpty)
        }
    }

    @Test("plain http is for those who allow it, and its own port is 80")
    func plain() async throws {
        var policy = try policy(hosts: "files.test other.test:9000")
        policy.allowsHTTP = true
        for (url, isAllowed) in [
            ("http://files.test/a", true), ("http://files.test:80/a", true), ("https://files.test/a", true),
            ("http://other.test:9000/a", true), ("http://files.test:443/a", false), ("http://other.test/a", false),
        ] {
            let http = ScriptedHTTP([.answer(Replicate.delivered())])
            _ = try await fetch(url, policy, http)
            #expect(http.requests.isEmpty != isAllowed, "\(url)")
        }
    }

    @Test(
        "what fails afterwards was billed, and says so",
        arguments: [
            (HTTPError(.nameNotFound, phase: .beforeSend, message: "x"), MediaError.Kind.network, true),
            (HTTPError(.connectTimeout, phase: .beforeSend, message: "x"), .network, true),
            (HTTPError(.broken, phase: .afterSend, message: "x"), .network, true),
            (HTTPError(.broken, phase: .answerStarted, message: "x", status: 200), .network, true),
            (HTTPError(.timeout, phase: .answerStarted, message: "x", status: 200), .timeout, true),
            (HTTPError(.bodyTooLarge, phase: .answerStarted, message: "x", status: 200), .unusableOutput, true),
            (HTTPError(.canceled, phase: .afterSend, message: "x"), .canceled, false),
            (HTTPError(.closed, phase: .beforeSend, message: "x"), .internalFailure, false),
            (HTTPError(.invalidRequest, phase: .beforeSend, message: "x"), .unusableOutput, false),
        ])
    func broken(problem: HTTPError, kind: MediaError.Kind, isRetryable: Bool) async throws {
        let error = try #require(error(try await fetch(Self.url, policy(), ScriptedHTTP([.failure(problem)]))))
        #expect(error.kind == kind && error.isRetryable == isRetryable && error.phase == .answerRead)
        #expect(error.message.contains("made and billed") && !error.message.contains("secret"))
    }

    @Test("neither a URL without time nor an empty answer is a picture")
    func nothing() async throws {
        let http = ScriptedHTTP([.answer(Replicate.status(200))])
        let late = try #require(error(try await fetch(Self.url, policy(), http, timeout: .zero)))
        #expect(late.kind == .timeout && http.requests.isEmpty)
        let empty = try #require(error(try await fetch(Self.url, policy(), http)))
        #expect(empty.kind == .unusableOutput && empty.isRetryable && empty.providerCode == "NO_BYTES")
    }

    // MARK: data: URIs

    @Test(
        arguments: [
            ("data:image/png;base64,AQID", "image/png"), ("DATA:Image/PNG;charset=x;BASE64,AQID", "image/png"),
            ("data:;base64,AQID", nil), ("data:image/png;base64,%41QI%44", "image/png"),
        ] as [(String, String?)])
    func aDataURIIsThePictureItself(url: String, mediaType: String?) async throws {
        let http = ScriptedHTTP([])
        let picture = try await fetch(url, policy(hosts: ""), http).get()
        #expect(picture.bytes == [1, 2, 3] && picture.mediaType == mediaType)
        #expect(http.requests.isEmpty)
    }

    @Test(arguments: [
        "data:", "data:image/png;base64", "data:image/png,AQID", "data:,AQID", "data:image/png;base64,AQI",
        "data:image/png;base64,AQ ID", "data:image/png;base64,AQ_-", "data:image/png;base64,%4",
        "data:image/png;base64,%zz12",
        "data:base64,AQID", "data:image/png;base64,", "data:" + String(repeating: "x", count: 300) + ";base64,AQID",
    ])
    func aBrokenDataURIIsNone(url: String) async throws {
        let error = try #require(error(try await fetch(url, policy(), ScriptedHTTP([]))))
        #expect(error.kind == .unusableOutput && error.isRetryable && error.phase == .answerRead)
    }

    @Test(arguments: [(9, true), (10, true), (11, false), (12, false), (4_000, false)])
    func aDataURIIsBounded(bytes: Int, fits: Bool) async throws {
        var policy = try policy()
        policy.maximumBytes = 10
        let url = "data:image/png;base64," + Base64.encode([UInt8](repeating: 7, count: bytes))
        let result = try await fetch(url, policy, ScriptedHTTP([]))
        #expect((error(result) == nil) == fits)
        if !fits { #expect(error(result)?.message.contains("larger than allowed") == true) }
    }
}
