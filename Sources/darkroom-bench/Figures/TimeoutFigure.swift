import CurlClient
import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// Requests against every way of hanging: when the limit ends them, and what is left behind.
struct TimeoutFigure: Figure {
    private static let crowd = 200
    private static let limit = Duration.milliseconds(1_500)
    private static let modes = ["hang-before-headers", "hang-after-headers", "drip", "hold"]

    func rows(in lab: Lab) async throws -> [Row] {
        try await Stack.run(Stack.Plan(), in: lab) { stack in
            var rows: [Row] = []
            for mode in Self.modes {
                try await stack.simulator.perform(scenario: #"{"default": "\#(mode)"}"#)
                let left = try await measure(mode, stack.simulator.url + Self.path, lab)
                let state = try await stack.simulator.wait(within: .seconds(10)) { $0.inProgress == 0 }
                rows.append(left.row(against: "\(state.inProgress) in progress at the provider"))
            }
            let silent = try SilentPeer()
            defer { silent.close() }
            rows.append(
                try await measure("never accepted", silent.url, lab).row(against: "goal: none early, median 1,600 ms"))
            return rows
        }
    }

    private static let path = "/v1beta/models/bench:generateContent"

    private struct Outcome: Sendable {
        var mode: String
        var milliseconds: [Double]
        /// Ends that were no timeout.
        var others: Int
        var leaked: Int

        func row(against: String) -> Row {
            let times = milliseconds
            return Row(
                "\(times.count) calls, limit 1,500 ms: \(mode)",
                "earliest \((times.min() ?? 0).rounded(1)), median \(times.median.rounded(1)), worst "
                    + "\((times.max() ?? 0).rounded(1)) ms; \(leaked) descriptors left, \(others) other ends",
                against: against)
        }
    }

    private func measure(_ mode: String, _ url: String, _ lab: Lab) async throws -> Outcome {
        // Settled first: the client of the lab holds idle connections of its own.
        let before = Machine.openDescriptors
        let client = CurlClient()
        let body = Array(#"{"contents": [{"role": "user", "parts": [{"text": "a key"}]}]}"#.utf8)
        let request = HTTPRequest(
            "POST", url, headers: [("content-type", "application/json"), ("x-goog-api-key", "bench")], body: body,
            timeout: Self.limit, maximumBodyBytes: 16 << 20)
        let ends = await withTaskGroup(of: (Double, Bool).self) { group in
            for _ in 0..<Self.crowd {
                group.addTask {
                    let begin = ContinuousClock.now
                    var isTimeout = false
                    do throws(HTTPError) { _ = try await client.send(request) } catch {
                        isTimeout = error.code == .timeout
                    }
                    return ((ContinuousClock.now - begin).milliseconds, isTimeout)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        await client.shutdown()
        return Outcome(
            mode: mode, milliseconds: ends.map(\.0), others: ends.count { !$0.1 },
            leaked: max(0, Machine.openDescriptors - before))
    }
}

/// A socket that listens and whose owner never looks: connections open and nothing comes.
private struct SilentPeer {
    let url: String
    private let socket: Int32

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isListening = withUnsafeMutablePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 1_024) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isListening else { throw BenchFailure("cannot listen: \(String(cString: strerror(errno)))") }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
    }

    func close() { Glibc.close(socket) }
}
