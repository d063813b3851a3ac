import Hummingbird
import NIOCore

/// Sends an answer, or what the script leaves of it.
struct Delivery: Sendable {
    let exchange: Exchange
    /// Bodies up to this length go out in one write.
    private static let oneWrite = 64 << 10

    func send(_ answer: Answer, _ manner: Manner = .whole) async -> Response {
        switch manner {
        case .whole: return whole(answer)
        case .hangBeforeHeaders:
            _ = await exchange.hang()
            return await nothing()
        case .hangAfterHeaders: return hangAfterHeaders(answer)
        case .drip(let interval): return drip(answer, intervalMs: interval)
        case .closeBeforeHeaders:
            _ = await exchange.close()
            return await nothing()
        case .reset:
            _ = await exchange.close(byReset: true)
            return await nothing()
        case .closeMidBody: return closeMidBody(answer)
        case .hugeBody(let bytes, let declared): return hugeBody(answer, bytes: bytes, declared: declared)
        }
    }

    private func whole(_ answer: Answer) -> Response {
        exchange.note { $0.status = answer.status }
        guard answer.length > Self.oneWrite else {
            var whole = ByteBuffer()
            for part in answer.body { whole.writeImmutableBuffer(part) }
            exchange.end(.answered)
            return Response(answer, body: ResponseBody(byteBuffer: whole))
        }
        return Response(
            answer,
            body: ResponseBody(contentLength: answer.length) { [exchange] writer in
                try await writer.write(contentsOf: answer.body)
                try await writer.finish(nil)
                exchange.end(.answered)
            })
    }

    private func hangAfterHeaders(_ answer: Answer) -> Response {
        exchange.note { $0.status = answer.status }
        return Response(
            answer,
            body: ResponseBody(contentLength: answer.length) { [exchange] _ in
                let over = await exchange.hang()
                await exchange.disconnect()
                throw over
            })
    }

    private func drip(_ answer: Answer, intervalMs: Int) -> Response {
        exchange.note { $0.status = answer.status }
        return Response(
            answer,
            body: ResponseBody(contentLength: answer.length) { [exchange] writer in
                var isFirst = true
                for byte in answer.body.lazy.flatMap(\.readableBytesView) {
                    if !isFirst { try await exchange.pause(.milliseconds(intervalMs)) }
                    isFirst = false
                    try await writer.write(ByteBuffer(bytes: CollectionOfOne(byte)))
                }
                try await writer.finish(nil)
                exchange.end(.answered)
            })
    }

    private func closeMidBody(_ answer: Answer) -> Response {
        exchange.note { $0.status = answer.status }
        // A head start that fits a socket's buffer, so that the client always sees some of the body.
        let sent = min(answer.length / 2, 32 << 10)
        let start = ByteBuffer(bytes: answer.body.lazy.flatMap(\.readableBytesView).prefix(sent))
        return Response(
            answer,
            body: ResponseBody(contentLength: answer.length) { [exchange] writer in
                try await writer.write(start)
                throw await exchange.close()
            })
    }

    /// - Parameter hollow: an answer without the picture, in pieces: the first comes before it.
    private func hugeBody(_ hollow: Answer, bytes: Int, declared: Bool) -> Response {
        exchange.note { $0.status = hollow.status }
        return Response(
            hollow,
            body: ResponseBody(contentLength: declared ? hollow.length + bytes : nil) { [exchange] writer in
                let block = ByteBuffer(repeating: UInt8(ascii: "A"), count: min(bytes, 1 << 18))
                try await writer.write(contentsOf: hollow.body.prefix(1))
                var left = bytes
                while left > 0 {
                    let next = block.getSlice(at: block.readerIndex, length: min(left, block.readableBytes)) ?? block
                    try await writer.write(next)
                    try await exchange.settle()
                    left -= next.readableBytes
                }
                try await writer.write(contentsOf: hollow.body.dropFirst())
                try await writer.finish(nil)
                exchange.end(.answered)
            })
    }

    /// For a call whose connection is over: closes it; what is returned goes nowhere.
    func nothing() async -> Response {
        await exchange.disconnect()
        return Response(status: .internalServerError)
    }
}
