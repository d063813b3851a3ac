import ArgumentParser
import DarkroomHTTP
import Logging
import Orchestration

/// The flags of every server.
public struct ServerOptions: ParsableArguments {
    @Option(help: "Where to serve, HOST:PORT; port 0 picks a free one.")
    public var listen: String?

    @Option(
        help: "A JSON file of settings; flags and DARKROOM_… variables win over it.",
        completion: .file(extensions: ["json"]))
    public var config: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    public var logLevel: String?

    public init() {}

    public func settings() throws -> Settings { try Settings(file: config) }

    public func address(_ settings: Settings, standard: String = "127.0.0.1:0") throws -> ListenAddress {
        let text = try settings.text("listen", flag: listen) ?? standard
        guard let address = ListenAddress(text) else {
            let rule = "HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:8080"
            throw settings.complaint("listen", flag: listen, rule, not: text)
        }
        return address
    }

    public func logger(_ label: String, _ settings: Settings) throws -> Logger {
        LogSetup.standardError(label, level: try settings.logLevel(flag: logLevel))
    }
}

extension ListenAddress {
    /// `HOST:PORT`, an IPv6 address in brackets; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }
}

/// The flag of everything that has a store.
public struct DataOption: ParsableArguments {
    @Option(help: "The directory of the store; made if its parent exists.", completion: .directory)
    public var data: String?

    public init() {}

    public func directory(_ settings: Settings) throws -> String {
        guard let directory = try settings.text("data", flag: data) else {
            throw ValidationError(
                "--data is missing: name the directory of the store, such as ./control (or set DARKROOM_DATA)")
        }
        return directory
    }
}

public enum LogSetup {
    public static func standardError(_ label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label, factory: { _ in StandardErrorLog() })
        logger.logLevel = level
        return logger
    }
}

extension Settings {
    /// - Parameter standard: where nothing is set.
    public func logLevel(flag: String? = nil, default standard: Logger.Level = .info) throws -> Logger.Level {
        try word("log-level", flag: flag, default: standard)
    }

    /// What a peer may cost a server by doing nothing.
    public func connectionLimits() throws -> ConnectionLimits {
        ConnectionLimits(
            idle: .milliseconds(try seconds("idle-timeout", default: 60, in: 0.1...86_400)),
            request: .milliseconds(try seconds("request-timeout", default: 30, in: 0.1...86_400)),
            open: try count("connections", default: 12_288, in: 16...1_000_000),
            listeners: try count("listeners", default: 8_192, in: 1...1_000_000))
    }
}

/// What every server does alike.
public enum Serving {
    /// The one line on standard output that says where it serves; a service manager is told too.
    public static func announce(_ url: String) {
        StandardStreams.write("ready \(url)\n", to: .output)
        ServiceManager.tell(.ready)
    }

    /// Closed by default: beyond this machine a server wants its secrets.
    public static func requireSecrets(_ address: ListenAddress, _ secrets: [(name: String, isSet: Bool)]) throws {
        guard !address.isLoopback else { return }
        let missing = secrets.filter { !$0.isSet }.map(\.name)
        guard missing.isEmpty else {
            throw ValidationError(
                "listening on \(address.host), which other machines may reach, needs \(missing.joined(separator: " and ")); "
                    + "set what is missing, or listen on 127.0.0.1")
        }
    }
}
