import HTTPTypes
import JSONCoding
import JobModel
import Orchestration

/// A picture as it came in, under the name of the field that it came in.
struct InputFile: Sendable {
    var field: String
    var bytes: [UInt8]
    var role: InputPicture.Role = .source
}

/// A picture that may be kept.
struct CheckedInput: Sendable {
    var input: InputPicture
    var bytes: [UInt8]

    func artifact(of owner: OwnerID) -> Artifact { Artifact(owner: owner, hash: input.hash, bytes: bytes) }
}

/// What pictures that come in must be.
enum InputRules {
    static let bytesAtMost = 10 << 20
    static let sideAtMost = 16_384
    static let pixelsAtMost = 40_000_000

    /// - Throws: ``Refusal`` naming the field: 413 for the size, 415 for the type, 400 for what is broken.
    static func check(_ file: InputFile, _ transformer: any ImageTransformer) async throws -> CheckedInput {
        guard !file.bytes.isEmpty else { throw refusal(file, "is empty") }
        guard file.bytes.count <= bytesAtMost else { throw tooLarge(file.field) }
        let shape = try shape(of: file)
        guard max(shape.size.width, shape.size.height) <= sideAtMost,
            shape.size.width * shape.size.height <= pixelsAtMost
        else {
            let limit = "must be at most \(sideAtMost) pixels a side and \(pixelsAtMost / 1_000_000) million in all"
            throw Refusal(.contentTooLarge, "too_large", "\(file.field) \(limit)", details: .init(field: file.field))
        }
        // What it says of itself is not believed: it must decode, to the last row.
        if case .failure = await transformer.transform(file.bytes, as: .keepSize(format: .jpeg)) {
            throw refusal(file, "is no whole picture: it does not decode")
        }
        let input = InputPicture(
            hash: ContentHash(of: file.bytes), mediaType: shape.mediaType, bytes: file.bytes.count, role: file.role)
        return CheckedInput(input: input, bytes: file.bytes)
    }

    static func tooLarge(_ field: String) -> Refusal {
        Refusal(
            .contentTooLarge, "too_large", "\(field) must be at most \(bytesAtMost >> 20) MiB",
            details: .init(field: field))
    }

    private static func shape(of file: InputFile) throws -> PictureShape {
        do throws(PictureShape.Fault) { return try PictureShape(file.bytes) } catch {
            switch error {
            case .unknownType:
                throw Refusal(
                    .unsupportedMediaType, "unsupported_media_type",
                    "\(file.field) must be a JPEG, PNG or WebP picture",
                    details: .init(field: file.field))
            case .broken: throw refusal(file, "is broken or cut off")
            case .trailing: throw refusal(file, "has something behind the picture's end")
            }
        }
    }

    private static func refusal(_ file: InputFile, _ message: String) -> Refusal {
        Refusal(InvalidRequest(field: file.field, message: message))
    }

    /// The bytes of a `data:` URI of a picture.
    static func bytes(ofDataURI text: String, field: String) throws(InvalidRequest) -> [UInt8] {
        guard text.hasPrefix("data:"), let comma = text.firstIndex(of: ","), text[..<comma].hasSuffix(";base64"),
            let bytes = Base64.decode(String(text[text.index(after: comma)...]))
        else { throw InvalidRequest(field: field, message: "must be a data: URI of a picture in base64") }
        return bytes
    }
}
