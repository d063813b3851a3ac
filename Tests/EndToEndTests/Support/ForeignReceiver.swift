import JSONCoding

/// `fixtures/foreign/receiver.py`: a dozen lines of somebody else's HTTP server.
struct ForeignReceiver: Sendable {
    let process: ChildProcess
    /// Where it takes webhooks.
    let url: String
    private let file: String

    init(_ rig: Rig) async throws {
        file = rig.path("bodies.jsonl")
        process = try rig.start("/usr/bin/env", ["python3", Places.fixture("foreign/receiver.py"), "0", file])
        url = try await process.output.wait(for: "the foreign receiver to listen") { lines in
            lines.all.first { $0.hasPrefix("listening ") }.map { String($0.dropFirst("listening ".count)) }
        }
    }

    /// The bodies so far, in order.
    func bodies() throws -> [JSONValue] {
        guard let bytes = try? Files.read(file) else { return [] }
        // The last line may still be on its way.
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[..<$0] } ?? []
        return try whole.split(separator: UInt8(ascii: "\n")).map {
            try JSON.decode(JSONValue.self, from: Array($0), limits: JSONLimits(maximumBytes: 64 << 20))
        }
    }

    /// The bodies as soon as there are so many: nothing announces them.
    func bodies(atLeast count: Int) async throws -> [JSONValue] {
        try await eventually("\(count) webhooks") {
            let bodies = try bodies()
            return bodies.count >= count ? bodies : nil
        }
    }
}

extension Server {
    /// The first line of its log that says this, as soon as it stands there.
    @discardableResult
    func logged(_ event: String, _ isWanted: @escaping @Sendable (JSONValue) -> Bool = { _ in true }) async throws
        -> JSONValue
    {
        try await process.errors.wait(for: "\(event) in the log of \(process.name)") { lines in
            LogLines.read(lines).first { $0.text("event") == event && isWanted($0) }
        }
    }
}
