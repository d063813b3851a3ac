import CurlClient
import Testing

@Suite("requests that are refused before anything is done", .timeLimit(.minutes(2)))
struct RequestRulesTests {
    private func code(_ change: (inout HTTPRequest) -> Void) async -> HTTPError.Code? {
        var request = HTTPRequest.to("http://127.0.0.1:1/")
        change(&request)
        let client = CurlClient()
        let error = await failure(of: request, with: client)
        await client.shutdown()
        #expect(error?.phase == .beforeSend)
        return error?.code
    }

    @Test(
        "URLs",
        arguments: [
            "", "nonsense", "/relative", "//host/", "ftp://host/", "file:///etc/passwd", "gopher://host/", "http://",
            "http://u:p@host/", "http://u@host/", "http://@host/", "http://host:99999/", "http://host:0/",
            "http://ho st/", "http://host/a b", "http://host/\u{0}", "http://host/\r\nX: y", "http://host\\@evil/",
            "http://h\u{f6}st/", "data:text/plain,x",
        ])
    func urls(_ url: String) async {
        #expect(await code { $0.url = url } == .invalidRequest)
    }

    @Test("methods", arguments: ["", "GE T", "GET\r\n", "CONNECT", "G\u{e9}T"])
    func methods(_ method: String) async {
        #expect(await code { $0.method = method } == .invalidRequest)
    }

    @Test(
        "headers",
        arguments: [
            ("", "x"), ("A b", "x"), ("A:", "x"), ("A", "x\r\nB: y"), ("A", "x\ny"), ("A", "\u{0}"), ("A", "\u{7f}"),
            ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Host", "other"), ("Expect", "100-continue"),
        ])
    func headers(_ header: (name: String, value: String)) async {
        #expect(await code { $0.headers = [header] } == .invalidRequest)
    }

    @Test("bounds")
    func bounds() async {
        #expect(await code { $0.headers = [("A", String(repeating: "x", count: 65_536))] } == .invalidRequest)
        #expect(await code { $0.url += String(repeating: "x", count: 8192) } == .invalidRequest)
        #expect(await code { $0.maximumBodyBytes = -1 } == .invalidRequest)
        #expect(
            await code {
                $0.method = "HEAD"
                $0.body = [1]
            } == .invalidRequest)
    }

    @Test("a name that does not exist is not an invalid request")
    func unknownName() async {
        #expect(await code { $0.url = "http://no-such-host.invalid/" } == .nameNotFound)
    }
}
