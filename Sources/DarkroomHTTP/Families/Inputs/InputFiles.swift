import Hummingbird
import JobModel
import Orchestration

/// Pictures that came in, where their owner alone reads them: `private/{owner}/inputs/{hash}.{type}`.
enum InputFiles {
    /// The whole address, which needs no token for a while.
    static func link(to input: InputPicture, of owner: OwnerID, _ desk: ControlDesk) async throws -> String {
        let path = "/private/\(owner)/inputs/\(input.hash).\(ending(of: input.mediaType))"
        let base = desk.addresses()?.receiver ?? ""
        return base + (try await desk.access.links()?.link(to: path, owner: owner) ?? path)
    }

    static func serve(_ request: Request, _ context: DarkroomContext, _ desk: ControlDesk) async throws -> Response {
        let owner = try await desk.reader(request, context)
        let file = context.parameters.get("file") ?? ""
        guard let dot = file.firstIndex(of: "."), let hash = try? ContentHash(String(file[..<dot])),
            types.contains(where: { file[dot...].dropFirst() == $0.ending })
        else { throw Refusal(.notFound, "unknown_picture", "there is no picture at this address") }
        return try await ArtifactRoutes.response(
            hash, owner: owner, artifacts: desk.artifacts, request)
    }

    private static let types = [
        (mediaType: "image/jpeg", ending: "jpg"), (mediaType: "image/png", ending: "png"),
        (mediaType: "image/webp", ending: "webp"),
    ]

    private static func ending(of mediaType: String) -> String {
        types.first { $0.mediaType == mediaType }?.ending ?? "jpg"
    }
}
