import JSONCoding
import JobModel
import Testing

@Suite("W3C trace context")
struct TraceParentTests {
    private static let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func whatIsReadIsSentOn() throws {
        let trace = try #require(TraceParent(header: Self.text))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && trace.parentID == "00f067aa0ba902b7")
        #expect(trace.isSampled && trace.description == Self.text)
        #expect(try JSON.decode([TraceParent].self, from: try JSON.encode([trace])) == [trace])
    }

    /// Flags that this version does not know are not sent on; a later version is read as far as this one goes.
    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "00"),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", "00"),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", "01"),
        ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "01"),
        ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-then", "01"),
    ])
    func otherFormsThatAreTaken(_ header: String, _ flags: String) {
        #expect(TraceParent(header: header)?.description == Self.text.dropLast(2) + flags)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b77-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-４bf92f3577b34da6a3ce929d0e0e47-00f067aa0ba902b7-01",
    ])
    func whatIsNone(_ header: String) {
        #expect(TraceParent(header: header) == nil)
        #expect(throws: JSONError.self) { try JSON.decode([TraceParent].self, from: try JSON.encode([header])) }
    }

    @Test func oneThatBeginsHere() throws {
        var numbers: [UInt64] = [0, 0, 0, .max, 7, 9]
        let empty = TraceParent { numbers.removeFirst() }
        #expect(empty.description == "00-00000000000000000000000000000001-0000000000000001-01")
        let other = TraceParent { numbers.removeFirst() }
        #expect(other.description == "00-ffffffffffffffff0000000000000007-0000000000000009-01")
        #expect(TraceParent(header: other.description) == other)
    }
}
