import CurlClient

/// What a peer may cost a server by doing nothing, or next to nothing.
public struct ConnectionLimits: Hashable, Sendable {
    /// Without a request, for so long, a connection is closed; so is one whose peer takes nothing of an answer.
    public var idle: Duration
    /// A request must have come whole within this time, and a second more for each ``bytesPerSecond`` that came.
    public var request: Duration
    public var bytesPerSecond: Int
    /// How long what a peer goes on sending is read away after its answer, so that it gets to read the answer.
    public var lingering: Duration
    /// Connections beyond it cost the one that has waited longest for a request its place.
    public var open: Int
    /// Of them, those that may wait for news at one time: streams of events and long polls.
    public var listeners: Int

    /// Heads of requests, all fields together.
    static let headBytes = 32 << 10
    static let headFields = 128

    public init(
        idle: Duration = .seconds(60), request: Duration = .seconds(30), bytesPerSecond: Int = 16 << 10,
        lingering: Duration = .seconds(5), open: Int = 12_288, listeners: Int = 8_192
    ) {
        self.idle = idle
        self.request = request
        self.bytesPerSecond = bytesPerSecond
        self.lingering = lingering
        self.open = open
        self.listeners = listeners
    }

    /// With a process's descriptors in mind, of which a server needs others too.
    func fitting(descriptors: Int) -> ConnectionLimits {
        var limits = self
        limits.open = max(16, min(open, descriptors * 5 / 8))
        // Whoever waits keeps its place: others must find one too.
        limits.listeners = min(listeners, limits.open * 2 / 3)
        return limits
    }
}
