import JSONCoding
import JobModel
import Orchestration

/// Updates with the seed's fields alone.
enum ForeignUpdates {
    static func update(_ message: SnapshotMessage) throws -> ForeignUpdate {
        var pictures: [AssetID: ForeignPicture] = [:]
        for (field, images) in [("evidenceImages", message.evidenceImages), ("locationImages", message.locationImages)]
        {
            for (name, text) in images {
                guard let id = try? AssetID(name) else {
                    throw InvalidRequest(field: field, message: "has a name that is no asset id")
                }
                pictures[id] = try picture(text, field: "\(field).\(id)")
            }
        }
        return ForeignUpdate(
            status: message.status, completedImages: message.completedImages, pictures: pictures,
            failedIDs: message.failedIDs)
    }

    private static func picture(_ text: String, field: String) throws -> ForeignPicture {
        if text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2_048 { return .link(text) }
        guard text.hasPrefix("data:image/"), let comma = text.firstIndex(of: ","),
            text[..<comma].hasSuffix(";base64"), let bytes = Base64.decode(String(text[text.index(after: comma)...]))
        else { throw InvalidRequest(field: field, message: "must be a link or a data: URI of a picture in base64") }
        let mediaType = text[..<comma].dropFirst("data:".count).dropLast(";base64".count)
        let artifact = Artifact(owner: .local, bytes: bytes)
        let picture = Picture(hash: artifact.hash, bytes: bytes.count, size: nil, mediaType: String(mediaType))
        return .inline(picture, artifact)
    }
}
