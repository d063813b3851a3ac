import JSONCoding
import NIOCore
import Testing

@testable import ProviderSimulation

@Suite struct PictureSpliceTests {
    private func joined(_ document: JSONValue, _ splice: PictureSplice, _ texts: [String]) throws -> String {
        let pictures = texts.map { EncodedPicture(mimeType: "image/png", base64: ByteBuffer(string: $0)) }
        let pieces = try splice.pieces(of: document, pictures: pictures)
        return String(decoding: pieces.flatMap { Array($0.readableBytesView) }, as: UTF8.self)
    }

    @Test func everyPlaceGetsItsPicture() throws {
        let splice = PictureSplice()
        let document: JSONValue = ["a": splice.place(1), "b": splice.dataURI(0, mimeType: "image/png")]
        #expect(try joined(document, splice, ["X", "Y"]) == #"{"a":"Y","b":"data:image/png;base64,X"}"#)
    }

    @Test func whatACallerWroteIsNoPlace() throws {
        let splice = PictureSplice()
        let document: JSONValue = ["a": "me@home @picture-0-0@ @", "b": splice.place(0)]
        #expect(try joined(document, splice, ["X"]) == #"{"a":"me@home @picture-0-0@ @","b":"X"}"#)
    }

    @Test func aPlaceWithoutPictureStaysAndNoneIsNeeded() throws {
        let splice = PictureSplice()
        #expect(try joined(["a": 1], splice, []) == #"{"a":1}"#)
        #expect(try joined(["a": 1], splice, ["X"]) == #"{"a":1}"#)
    }
}
