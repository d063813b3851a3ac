import Testing

@testable import DarkroomHTTP

/// What a form comes to, however it is cut.
private struct Read: Hashable {
    var parts: [FormPart] = []
    var contents: [[UInt8]] = []
    var error: String?

    init(_ bytes: [UInt8], boundary: String = "b", cuts: [Int] = []) {
        do throws(MultipartError) {
            var reader = try MultipartReader(contentType: "multipart/form-data; boundary=\(boundary)")
            var start = 0
            for end in cuts.sorted() + [bytes.count] {
                for event in try reader.feed(bytes[start..<max(start, end)]) { take(event) }
                start = max(start, end)
            }
            try reader.finish()
        } catch {
            self.error = error.message
        }
    }

    private mutating func take(_ event: MultipartReader.Event) {
        switch event {
        case .part(let part):
            parts.append(part)
            contents.append([])
        case .content(let bytes): contents[contents.count - 1] += bytes
        case .partEnded: break
        }
    }
}

@Suite("Forms in parts")
struct MultipartTests {
    private static func form(_ parts: [(head: String, body: [UInt8])], end: String = "--\r\n") -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts { bytes += Array("--b\r\n\(part.head)\r\n\r\n".utf8) + part.body + Array("\r\n".utf8) }
        return bytes + Array("--b\(end)".utf8)
    }

    private static let two = form([
        ("Content-Disposition: form-data; name=\"prompt\"", Array("A pier".utf8)),
        (
            "Content-Disposition: form-data; name=\"input1\"; filename=\"a \\\"b\\\".png\"\r\nContent-Type: image/PNG",
            Array("\r\n--\r\n--c\r\n-\r\n\r\n".utf8) + [0, 255, 13, 10, 45, 45]
        ),
    ])

    @Test("fields and files come as they were sent, dashes and line ends inside them too")
    func parts() {
        let read = Read(Self.two)
        #expect(read.error == nil)
        #expect(
            read.parts == [
                FormPart(name: "prompt", isFile: false, contentType: ""),
                FormPart(name: "input1", isFile: true, contentType: "image/png"),
            ])
        #expect(read.contents[0] == Array("A pier".utf8))
        #expect(read.contents[1] == Array("\r\n--\r\n--c\r\n-\r\n\r\n".utf8) + [0, 255, 13, 10, 45, 45])
    }

    @Test("it is the same wherever the pieces end")
    func everyCut() {
        let whole = Read(Self.two)
        for cut in 0...Self.two.count { #expect(Read(Self.two, cuts: [cut]) == whole, "cut at \(cut)") }
        #expect(Read(Self.two, cuts: Array(0...Self.two.count)) == whole)
    }

    @Test("a form that is cut off is no form, wherever that is")
    func truncated() {
        for length in 0..<(Self.two.count - 2) {
            #expect(Read(Array(Self.two.prefix(length))).error != nil, "cut off at \(length)")
        }
    }

    @Test("what else the standard allows")
    func variants() {
        let head = "content-disposition:form-data;name=a"
        #expect(Read(Self.form([(head, [])])).contents == [[]], "an empty field")
        #expect(Read(Array("words before\r\n".utf8) + Self.form([(head, [65])])).contents == [[65]], "a preamble")
        #expect(Read(Self.form([(head, [65])], end: "--")).error == nil, "no line end after the last boundary")
        #expect(Read(Self.form([(head, [65])], end: "-- \r\nwords after")).error == nil, "an epilogue")
        let padded = Array("--b \t\r\n\(head)\r\n\r\nA\r\n--b--".utf8)
        #expect(Read(padded).contents == [[65]], "white space behind a boundary")
        #expect(Read(Self.form([])).parts.isEmpty && Read(Self.form([])).error == nil, "no part at all")
    }

    @Test(
        "what is refused",
        arguments: [
            ("--b\r\n\r\nA\r\n--b--", "a field's name"),
            ("--b\r\nContent-Disposition: form-data\r\n\r\nA\r\n--b--", "a field's name"),
            ("--b\r\nContent-Disposition: attachment; name=a\r\n\r\nA\r\n--b--", "a field's name"),
            ("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nA\r\n--b--", "a field's name"),
            ("--b\r\nnothing\r\n\r\nA\r\n--b--", "a header that is none"),
            (
                "--b\r\nContent-Disposition: form-data; name=a\r\ncontent-disposition: form-data; name=b\r\n\r\n\r\n--b--",
                "same header twice"
            ),
            ("--bc\r\nContent-Disposition: form-data; name=a\r\n\r\nA\r\n--bc--", "something behind a boundary"),
            ("A\r\nB", "ends before"), ("", "ends before"), ("--b", "ends before"),
        ])
    func refused(text: String, reason: String) {
        let read = Read(Array(text.utf8))
        #expect(read.error?.contains(reason) == true, "\(read.error ?? "taken")")
    }

    @Test("nothing in it is without a bound")
    func bounds() {
        let head = "Content-Disposition: form-data; name=a"
        let many = Self.form(Array(repeating: (head, [65]), count: MultipartReader.partsAtMost + 1))
        #expect(Read(many).error?.contains("parts") == true)
        let long = Self.form([(head + "\r\nX: " + String(repeating: "x", count: 5_000), [65])])
        #expect(Read(long).error?.contains("long headers") == true)
        #expect(Read([UInt8](repeating: 65, count: 10_000)).error?.contains("begin") == true)
        let name = Self.form([("Content-Disposition: form-data; name=" + String(repeating: "x", count: 65), [65])])
        #expect(Read(name).error?.contains("name") == true)
    }

    @Test(
        "a Content-Type that is none",
        arguments: [
            "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"a", "multipart/form-data; boundary=\"a \"",
            "multipart/form-data; boundary=" + String(repeating: "b", count: 71), "multipart/mixed; boundary=b",
        ])
    func contentType(text: String) {
        #expect(throws: MultipartError.self) { _ = try MultipartReader(contentType: text) }
    }

    /// Bytes of the form's own alphabet in any order, cut anywhere: never a trap, never more out than in, and the same
    /// whether it came whole or in pieces.
    @Test("fuzz", arguments: 0..<4)
    func fuzz(seed: UInt64) {
        var dice = SplitMix(state: seed)
        let words = [
            "--b", "--b--", "\r\n", "\r", "\n", "-", "Content-Disposition: form-data; name=a", ":", "\"", "A", ";",
        ]
        for _ in 0..<2_000 {
            var bytes: [UInt8] =
                dice.below(2) == 0 ? [] : Array("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
            for _ in 0..<dice.below(24) {
                bytes += dice.below(8) == 0 ? [UInt8(dice.below(256))] : Array(words[dice.below(words.count)].utf8)
            }
            let whole = Read(bytes)
            let cuts = (0..<dice.below(6)).map { _ in dice.below(bytes.count + 1) }
            let pieces = Read(bytes, cuts: cuts)
            #expect(whole.error == pieces.error, "\(bytes) cut at \(cuts)")
            if whole.error == nil { #expect(whole == pieces, "\(bytes) cut at \(cuts)") }
            #expect(whole.contents.reduce(0) { $0 + $1.count } <= bytes.count)
        }
    }
}

/// Sebastiano Vigna's splitmix64: small, and the same everywhere.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
