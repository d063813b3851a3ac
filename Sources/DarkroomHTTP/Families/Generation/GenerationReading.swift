import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// Reads what a generation is asked, in JSON without pictures or as a form with up to two.
enum GenerationReading {
    case document
    case form
    case other

    /// What came, whole.
    enum Asked {
        case document([UInt8])
        case form(GenerationForm, [InputFile])

        func contents() throws -> (GenerationForm, [InputFile]) {
            switch self {
            case .document(let bytes): (try ControlDesk.decode(GenerationForm.self, bytes), [])
            case .form(let form, let files): (form, files)
            }
        }
    }

    /// Of a form as a whole: two pictures and the words.
    private static let formAtMost = GenerationForm.fileFields.count * InputRules.bytesAtMost + (1 << 16)

    init(_ request: Request) {
        switch HeaderValue(request.headers[.contentType] ?? "application/json")?.value {
        case "application/json", "application/x-www-form-urlencoded": self = .document
        case "multipart/form-data": self = .form
        default: self = .other
        }
    }

    func budget(of desk: ControlDesk) -> BodyBudget { self == .form ? desk.uploads : desk.bodies }

    func read(_ request: Request, _ desk: ControlDesk, _ share: BodyShare) async throws -> Asked {
        switch self {
        case .document: return .document(try await desk.document(request, share))
        case .form:
            let (form, files) = try await readForm(request, share)
            return .form(form, files)
        case .other:
            throw Refusal(
                .unsupportedMediaType, "unsupported_media_type", "the body must be JSON or multipart/form-data")
        }
    }

    private func readForm(
        _ request: Request, _ share: BodyShare
    ) async throws -> (GenerationForm, [InputFile]) {
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= Self.formAtMost else { throw Self.tooLarge }
        var collector = FormCollector()
        var total = 0
        do {
            var reader = try MultipartReader(contentType: request.headers[.contentType] ?? "")
            for try await part in request.body {
                total += part.readableBytes
                guard total <= Self.formAtMost else { throw Self.tooLarge }
                try share.grow(by: part.readableBytes)
                for event in try reader.feed(part.readableBytesView) { try collector.take(event) }
            }
            try reader.finish()
        } catch let error as MultipartError {
            throw InvalidRequest(field: "", message: error.message)
        }
        return (try collector.form(), try collector.files())
    }

    private static let tooLarge = Refusal(
        .contentTooLarge, "too_large", "the form must be at most \(formAtMost) bytes")
}

/// Puts a generation's form together from its parts.
struct FormCollector {
    private static let textAtMost = 16_384
    private static let textFields = ["prompt", "mode", "model", "variants", "idempotencyKey"]

    private var texts: [String: String] = [:]
    private var pictures: [String: [UInt8]] = [:]
    private var part: FormPart?
    private var bytes: [UInt8] = []

    mutating func take(_ event: MultipartReader.Event) throws {
        switch event {
        case .part(let next):
            try check(next)
            part = next
            bytes = []
        case .content(let more):
            guard let part else { return }
            let limit = part.isFile ? InputRules.bytesAtMost : Self.textAtMost
            guard bytes.count + more.count <= limit else {
                if part.isFile { throw InputRules.tooLarge(part.name) }
                throw InvalidRequest(field: part.name, message: "must be at most \(limit) bytes")
            }
            bytes += more
        case .partEnded: try end()
        }
    }

    private func check(_ next: FormPart) throws(InvalidRequest) {
        let isKnown = next.isFile ? GenerationForm.fileFields.contains(next.name) : Self.textFields.contains(next.name)
        guard isKnown else {
            let message =
                next.isFile ? "is no field for a file; there are input1 and input2" : "is no field of this form"
            throw InvalidRequest(field: next.name, message: message)
        }
        guard texts[next.name] == nil, pictures[next.name] == nil else {
            throw InvalidRequest(field: next.name, message: "is there twice")
        }
    }

    private mutating func end() throws(InvalidRequest) {
        guard let part else { return }
        if part.isFile {
            pictures[part.name] = bytes
        } else {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw InvalidRequest(field: part.name, message: "must be text in UTF-8")
            }
            texts[part.name] = text
        }
        self.part = nil
        bytes = []
    }

    func form() throws(InvalidRequest) -> GenerationForm {
        guard let prompt = texts["prompt"] else { throw InvalidRequest(field: "prompt", message: "is missing") }
        var form = GenerationForm(prompt: prompt)
        form.model = texts["model"]
        form.idempotencyKey = texts["idempotencyKey"]
        if let text = texts["mode"] {
            guard let mode = GenerationDetails.Mode(rawValue: text) else {
                throw InvalidRequest(field: "mode", message: "must be text, edit or combine")
            }
            form.mode = mode
        }
        if let text = texts["variants"] {
            guard let count = Int(text) else { throw InvalidRequest(field: "variants", message: "must be a number") }
            form.variants = count
        }
        return form
    }

    /// In the order of their fields; the second alone is a mistake.
    func files() throws(InvalidRequest) -> [InputFile] {
        if pictures["input2"] != nil, pictures["input1"] == nil {
            throw InvalidRequest(field: "input1", message: "is missing")
        }
        return GenerationForm.fileFields.compactMap { field in
            pictures[field].map { InputFile(field: field, bytes: $0) }
        }
    }
}
