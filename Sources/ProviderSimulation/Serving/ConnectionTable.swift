import NIOCore
import Threads

/// The open connections with their watches; bounded by the server's limit of connections.
final class ConnectionTable: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var isClosing = false
    }

    private struct Connection: Sendable {
        let channel: any Channel
        let watch: PeerWatch
    }

    private let state = Locked(State())

    func add(_ channel: any Channel, _ watch: PeerWatch) {
        let isClosing = state.withLock { state in
            state.connections[ObjectIdentifier(channel)] = Connection(channel: channel, watch: watch)
            return state.isClosing
        }
        if isClosing { watch.finish(.closing) }
    }

    func remove(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)] = nil }
    }

    /// nil once the connection is gone.
    func watch(of channel: any Channel) -> PeerWatch? {
        state.withLock { $0.connections[ObjectIdentifier(channel)]?.watch }
    }

    /// Lets go of every call that a `hold` step holds.
    func releaseHeld() {
        for connection in all() { connection.watch.release() }
    }

    /// Ends every wait, now and later, and every connection: the server is going down.
    func close() {
        state.withLock { $0.isClosing = true }
        for connection in all() {
            connection.watch.finish(.closing)
            // An answer may be stuck behind a client that does not read; no wait of ours would end that.
            connection.channel.close(promise: nil)
        }
    }

    private func all() -> [Connection] { state.withLock { Array($0.connections.values) } }
}
