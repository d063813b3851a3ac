import JobModel
import Orchestration

/// A generation, under the names of the interface that asks for it. Times are RFC 3339 in UTC.
struct GenerationView: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
        case starting
        case processing
        case succeeded
        case failed
        case canceled
    }

    struct Settings: Encodable, Sendable {
        var mode: GenerationDetails.Mode
        var variants: Int
        var model: String?
    }

    struct Variant: Encodable, Sendable {
        var index: Int
        var url: String
        var width: Int?
        var height: Int?
    }

    struct Render: Encodable, Sendable {
        var id: JobID
        var variants: [Variant]
    }

    struct Failure: Encodable, Sendable {
        var code: String
        var message: String
    }

    var id: JobID
    var predictionId: Field<String>
    var status: Status
    var settings: Settings
    var prompt: String
    /// Absent until a picture is made.
    var render: Render?
    var variants: [Variant]
    /// Where the pictures that came with it can be read, without a token, for a while.
    var inputs: [String]?
    var error: Failure?
    var createdAt: String
    var completedAt: String?

    /// - Parameter link: of a path below the server's own address.
    init(_ job: JobRecord, _ specification: JobSpecification, link: (String) -> String) {
        let details = specification.details?.generation ?? GenerationDetails(mode: .text, prompt: "")
        id = job.jobID
        predictionId = Field(value: job.assets.lazy.compactMap(\.callID).first)
        status = Status(job)
        settings = Settings(mode: details.mode, variants: details.variants, model: details.model)
        prompt = details.prompt
        variants = job.assets.enumerated().compactMap { index, asset in
            guard asset.status == .generated, let picture = asset.picture else { return nil }
            return Variant(
                index: index, url: link(RenderPath.path(of: index, job.jobID)), width: picture.size?.width,
                height: picture.size?.height)
        }
        render = variants.isEmpty ? nil : Render(id: job.jobID, variants: variants)
        error = status == .failed ? Failure(job.firstError) : nil
        createdAt = Instants.text(job.createdAt)
        completedAt = job.completedAt.map { Instants.text($0) }
    }
}

/// Where a generation's pictures lie, below the server's own address.
enum RenderPath {
    static func path(of index: Int, _ job: JobID) -> String { "public/renders/\(job)/\(index).jpg" }

    /// The number in a file's name, written as ``path(of:_:)`` writes it.
    static func index(_ file: String) -> Int? {
        guard file.hasSuffix(".jpg"), let index = Int(file.dropLast(4)), index >= 0, file == "\(index).jpg" else {
            return nil
        }
        return index
    }
}

/// A field that is there, as null, where it has no value.
struct Field<Value: Encodable & Sendable>: Encodable, Sendable {
    var value: Value?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

extension GenerationView.Status {
    init(_ job: JobRecord) {
        switch job.status {
        case .pending: self = .starting
        case .generating: self = job.hasAnAnswer ? .processing : .starting
        // Of a render with fewer variants than were asked for those that there are can be used.
        case .completed, .partial: self = .succeeded
        case .failed: self = job.isFinal ? .failed : .processing
        case .canceled: self = job.isFinal ? .canceled : .processing
        }
    }
}

extension JobRecord {
    /// Whether a provider has said anything yet: that it has the call, or how one ended.
    fileprivate var hasAnAnswer: Bool {
        assets.contains { $0.status == .generated || $0.error != nil || $0.totalAttempts > 1 || $0.callID != nil }
    }
}

extension GenerationView.Failure {
    /// In words of our own: what a provider says stays inside.
    init(_ error: MediaError?) {
        switch error?.kind {
        case .refused:
            self.init(code: "VALIDATION_ERROR", message: "the provider will not make this picture of these words")
        case .invalidRequest, .notFound:
            self.init(code: "VALIDATION_ERROR", message: "the provider cannot be asked for this picture")
        case .internalFailure: self.init(code: "INTERNAL_ERROR", message: "the picture could not be kept")
        case .deadline, .timeout:
            self.init(code: "UPSTREAM_ERROR", message: "the provider did not make it in time")
        case .quotaExhausted, .rateLimited:
            self.init(code: "UPSTREAM_ERROR", message: "the provider takes no more calls at present")
        default: self.init(code: "UPSTREAM_ERROR", message: "the provider made no picture")
        }
    }
}
