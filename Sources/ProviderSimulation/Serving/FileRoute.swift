import Hummingbird
import NIOCore

/// `GET /files/{name}/…` and `GET /generated-images/{name}.…`: the pictures that answers name by URL.
struct FileRoute: Sendable {
    let store: FileStore
    let library: PictureLibrary

    /// The file's name; nil when the path is no file's.
    static func name(ofPath path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "" else { return nil }
        if parts.count == 4, parts[1] == "files" { return String(parts[2]) }
        guard parts.count == 3, parts[1] == "generated-images" else { return nil }
        return parts[2].split(separator: ".").first.map(String.init)
    }

    func respond(_ name: String, exchange: Exchange) async throws -> Response {
        let delivery = Delivery(exchange: exchange)
        guard let file = store.file(name) else { return await delivery.send(Self.error(404)) }
        let picture = try await library.picture(file.source)
        let whole = Answer(status: 200, contentType: picture.mimeType, body: [picture.bytes])
        switch file.ending {
        case .fault(let fault)?:
            var answer = Self.error(fault.status)
            if let seconds = fault.retryAfter { answer.headers.append(("retry-after", "\(seconds)")) }
            return await delivery.send(answer)
        case .hollow(.wrongContentType)?:
            return await delivery.send(Answer(status: 200, contentType: HollowAnswer.wrongType, body: whole.body))
        case .hollow(let hollow)?: return await delivery.send(hollow.answer ?? whole)
        case .hugeBody?:
            let start = ByteBuffer(bytes: PNG.signature)
            let hollow = Answer(status: 200, contentType: "image/png", body: [start])
            return await delivery.send(hollow, file.ending?.manner ?? .whole)
        default: return await delivery.send(whole, file.ending?.manner ?? .whole)
        }
    }

    /// As object stores write them.
    private static func error(_ status: Int) -> Answer {
        let code = status == 404 ? "NoSuchKey" : "Error\(status)"
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>\(code)</Code></Error>\n"
        return Answer(status: status, contentType: "application/xml", body: [ByteBuffer(string: text)])
    }
}
