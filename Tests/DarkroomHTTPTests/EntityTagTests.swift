import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import DarkroomHTTP

@Suite("Tags of what a client has")
struct EntityTagTests {
    @Test(
        arguments: [
            (#""a""#, true), (#"W/"a""#, true), (#""b", W/"a" , "c""#, true), ("*", true), (#""b""#, false),
            (#"W/"b""#, false), ("a", false), ("", false), (#"w/"a""#, false),
        ])
    func weakly(_ header: String, _ isMatch: Bool) {
        var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        head.headerFields[.ifNoneMatch] = header
        #expect(Request(head: head, body: RequestBody(buffer: ByteBuffer())).hasMatch(for: #""a""#) == isMatch)
    }

    @Test func withoutTheHeader() {
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        #expect(!Request(head: head, body: RequestBody(buffer: ByteBuffer())).hasMatch(for: #""a""#))
    }
}
