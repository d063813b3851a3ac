import HTTPTypes
import Hummingbird
import NIOCore
import Threads

/// A connection that takes whatever it is given.
struct OpenConnection: ResponseBodyWriter {
    let written: Locked<[String]>
    /// Called once a keep-alive has been taken.
    var onPulse: @Sendable () -> Void = {}

    func write(_ buffer: ByteBuffer) async throws {
        let text = String(buffer: buffer)
        written.withLock { $0.append(text) }
        if text.contains(": keep-alive") { onPulse() }
    }

    func write(contentsOf buffers: some Sequence<ByteBuffer>) async throws {
        for buffer in buffers { try await write(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
