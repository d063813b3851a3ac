import HTTPTypes
import Hummingbird
import NIOCore
import Threads

/// A connection that takes its first event only when it is told to.
struct SlowConnection: ResponseBodyWriter {
    let written: Locked<[String]>
    let begun: AsyncStream<Void>.Continuation
    let gate: AsyncStream<Void>

    func write(_ buffer: ByteBuffer) async throws {
        let isFirst = written.withLock { written in
            written.append(String(buffer: buffer))
            return written.count == 1
        }
        guard isFirst else { return }
        begun.yield()
        for await _ in gate {}
    }

    func write(contentsOf buffers: some Sequence<ByteBuffer>) async throws {
        for buffer in buffers { try await write(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
