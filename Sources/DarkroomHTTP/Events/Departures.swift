import NIOCore
import Orchestration
import Threads

/// Ends what a client listens to when it leaves, which otherwise the next write to it alone would find out.
///
/// Whoever sends no more has left: a connection that is closed at its other end cannot be told from one of which half is,
/// and who waits for news can ask again. A connection may ask for as long as it lives; nothing is kept of a request that
/// is over.
final class Departures: Sendable {
    private enum Peer: Sendable {
        /// A connection's requests are answered one after the other.
        case listens(Waiter)
        case hasLeft

        var listener: NewsListener? { if case .listens(let waiter) = self { waiter.listener } else { nil } }
    }

    private struct Waiter: Sendable {
        weak var listener: NewsListener?
    }

    private let peers = Locked<[ObjectIdentifier: Peer]>([:])

    /// Connections of which something is kept.
    var count: Int { peers.withLock { $0.count } }

    /// Makes the listener be over when its client leaves; at once if it has.
    func end(_ listener: NewsListener, with channel: any Channel) {
        let connection = ObjectIdentifier(channel)
        let hasLeft = peers.withLock { peers in
            if case .hasLeft = peers[connection] { return true }
            peers[connection] = .listens(Waiter(listener: listener))
            return false
        }
        if hasLeft { listener.end() }
        // Of one that is closed already nobody tells that it is.
        if !channel.isActive { closed(connection) }
    }

    /// Nothing more comes from the connection.
    func left(_ connection: ObjectIdentifier) {
        let peer = peers.withLock { $0.updateValue(.hasLeft, forKey: connection) }
        peer?.listener?.end()
    }

    /// It is closed: another may have its name from now on.
    func closed(_ connection: ObjectIdentifier) {
        let peer = peers.withLock { $0.removeValue(forKey: connection) }
        peer?.listener?.end()
    }
}
