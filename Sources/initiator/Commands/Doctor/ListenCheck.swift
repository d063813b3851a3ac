import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import JSONCoding
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// That the address to listen at is free, or that it is we who listen there.
struct ListenCheck {
    let settings: Settings
    let flag: String?

    func run() async -> [Finding] {
        let text: String
        do {
            guard let set = try settings.text("listen", flag: flag) else {
                return [.ok("listen", "no address is set: a free port of this machine is picked")]
            }
            text = set
        } catch {
            return [.fail("listen", "\(error)", "such as 127.0.0.1:8080")]
        }
        guard let address = ListenAddress(text) else {
            return [.fail("listen", "\(text) is not HOST:PORT", "such as 127.0.0.1:8080")]
        }
        switch Self.bindFailure(address) {
        case nil: return [.ok("listen", "\(text) is free")]
        case .code(EADDRINUSE)?:
            if let own = await Self.server(at: address) {
                return [.ok("listen", "\(text) is served by \(own.service.rawValue) \(own.version)")]
            }
            return [.fail("listen", text, ListenFailure.words(for: EADDRINUSE))]
        case .code(let code)?: return [.fail("listen", text, ListenFailure.words(for: code))]
        case .noSuchName?: return [.fail("listen", "\(address.host) has no address", "give one, such as 127.0.0.1")]
        }
    }

    private enum BindFailure {
        case code(Int32)
        case noSuchName
    }

    private static func bindFailure(_ address: ListenAddress) -> BindFailure? {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0, let first = list?.pointee else {
            return .noSuchName
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(first.ai_family, first.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), first.ai_protocol)
        guard descriptor >= 0 else { return .code(errno) }
        defer { close(descriptor) }
        // As a server does, so that connections of a former one that linger are no hindrance.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.ai_addr, first.ai_addrlen) == 0, Glibc.listen(descriptor, 1) == 0 else {
            return .code(errno)
        }
        return nil
    }

    /// One of ours that is there already.
    private static func server(at address: ListenAddress) async -> ServerIdentity? {
        let reachable = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
        let host = reachable.contains(":") ? "[\(reachable)]" : reachable
        let http = CurlClient()
        let answer = try? await PeerProbe(http: http).get("http://\(host):\(address.port)/healthz")
        await http.shutdown()
        return answer.flatMap { try? JSON.decode(ServerIdentity.self, from: $0.body) }
    }
}
