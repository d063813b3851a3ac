import JSONCoding
import NIOCore

/// Puts pictures' base64 into a document without passing it through a JSON encoder.
///
/// The document is made with marks in their places. The marks hold a number drawn for it, so that nothing a caller
/// wrote and the document repeats can be taken for one.
struct PictureSplice {
    private let mark = "@picture-\(String(UInt64.random(in: 0...UInt64.max), radix: 16))-"

    /// Stands for the picture with this index.
    func place(_ index: Int) -> JSONValue { .string("\(mark)\(index)@") }

    /// The same as a `data:` URI.
    func dataURI(_ index: Int, mimeType: String) -> JSONValue {
        .string("data:\(mimeType);base64,\(mark)\(index)@")
    }

    /// The document in pieces, with the pictures between them; one without a place is left out.
    func pieces(of document: JSONValue, pictures: [EncodedPicture]) throws(JSONError) -> [ByteBuffer] {
        let bytes = try JSON.encode(document, style: .sorted)
        guard !pictures.isEmpty else { return [ByteBuffer(bytes: bytes)] }
        let start = Array(mark.utf8)
        var pieces: [ByteBuffer] = []
        var from = 0
        var cursor = 0
        while let at = bytes[cursor...].firstIndex(of: UInt8(ascii: "@")) {
            cursor = at + 1
            guard bytes[at...].starts(with: start),
                let end = bytes[(at + start.count)...].firstIndex(of: UInt8(ascii: "@")),
                let index = Int(String(decoding: bytes[(at + start.count)..<end], as: UTF8.self)),
                pictures.indices.contains(index)
            else { continue }
            pieces.append(ByteBuffer(bytes: bytes[from..<at]))
            pieces.append(pictures[index].base64)
            from = end + 1
            cursor = from
        }
        pieces.append(ByteBuffer(bytes: bytes[from...]))
        return pieces
    }
}
