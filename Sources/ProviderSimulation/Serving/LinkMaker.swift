/// Makes the URLs under which the simulator serves pictures.
struct LinkMaker: Sendable {
    let store: FileStore
    let library: PictureLibrary
    /// `http://HOST:PORT` as the caller wrote it.
    let origin: String

    /// One for each picture.
    ///
    /// - Parameter ending: how their downloads end; nil serves them.
    func links(to sources: [PictureSource], ending: Ending? = nil, flavor: OpenAIFlavor = .openai) -> [String] {
        sources.enumerated().map { index, source in
            let name = store.add(FileStore.File(source: source, ending: ending))
            let type = library.mimeType(source)
            // LocalAI answers with a path, which its clients put behind the address they called.
            if flavor == .localai { return "/generated-images/\(name).\(Self.suffix(type))" }
            return "\(origin)/files/\(name)/\(sources.count == 1 ? "out" : "out-\(index)").\(Self.suffix(type))"
        }
    }

    private static func suffix(_ mimeType: String) -> String {
        switch mimeType {
        case "image/png": "png"
        case "image/jpeg": "jpg"
        case "image/webp": "webp"
        default: "bin"
        }
    }
}
