import JSONCoding
import Logging
import Orchestration

/// Log events on standard error: JSON lines, or plain text where a person watches.
public struct StandardErrorLog: LogHandler {
    public var logLevel = Logger.Level.info
    public var metadata: Logger.Metadata = [:]
    private let isTerminal = StandardStreams.isTerminal(.error)
    private let clock = SystemClock()

    public init() {}

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line = isTerminal ? plain(event, fields) : json(event, fields)
        StandardStreams.write(line + "\n", to: .error)
    }

    private func plain(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        fields.sorted { $0.key < $1.key }.reduce("\(event.level) \(event.message)") { "\($0) \($1.key)=\($1.value)" }
    }

    private func json(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var object = fields.mapValues { JSONValue.string("\($0)".filter { $0 != "\0" }) }
        object["level"] = .string(event.level.rawValue)
        object["event"] = .string("\(event.message)")
        object["timeMs"] = .int(clock.now())
        do {
            return String(decoding: try JSON.encode(JSONValue.object(object), style: .sorted), as: UTF8.self)
        } catch {
            return #"{"event":"log.unencodable","level":"error"}"#
        }
    }
}
