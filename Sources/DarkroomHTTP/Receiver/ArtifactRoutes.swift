import HTTPTypes
import Hummingbird
import JobModel
import NIOCore
import Orchestration
import Threads

/// Pictures by their hash.
struct ArtifactRoutes: Sendable {
    static let maximumPictureBytes = 16 << 20
    static let maximumJobBytes = 512 << 20

    let artifacts: any ArtifactStore
    let access: Access
    let clock: any EngineClock
    let arrivals: Arrivals
    let claims: InputClaims
    private let budget = UploadBudget(bytesPerJob: maximumJobBytes)
    /// Of pictures that are on their way in, until they are stored.
    private let bodies = BodyBudget(total: 256 << 20)

    init(
        artifacts: any ArtifactStore, access: Access, clock: any EngineClock, arrivals: Arrivals, claims: InputClaims
    ) {
        self.artifacts = artifacts
        self.access = access
        self.clock = clock
        self.arrivals = arrivals
        self.claims = claims
    }

    /// Idempotent: what is here already is success.
    func take(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let hash = try context.identifier("sha256", as: ContentHash.self, code: "invalid_hash")
        let owner = try owner(context) ?? .local
        try access.requireSignature(request, clock: clock) { id, timestamp in
            SigningText.upload(id: id, timestamp: timestamp, method: "PUT", path: request.uri.path)
        }
        guard let job = request.uri.queryParameters["job"].flatMap({ try? JobID(String($0)) }) else {
            throw InvalidRequest(field: "job", message: "must name the job in the query")
        }
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }) else {
            throw Refusal(.lengthRequired, "length_required", "Content-Length is needed")
        }
        guard length <= Self.maximumPictureBytes, budget.spend(length, job: job) else {
            throw Refusal(.contentTooLarge, "too_large", "the picture, or the job's pictures together, are too large")
        }
        arrivals.begin(hash, of: job)
        return try await bodies.holding { try await keep(hash, owner, request, $0) }
    }

    private func keep(
        _ hash: ContentHash, _ owner: OwnerID, _ request: Request, _ share: BodyShare
    ) async throws -> Response {
        let bytes = try await request.bytes(upTo: Self.maximumPictureBytes, in: share)
        guard ContentHash(of: bytes) == hash else {
            throw Refusal(.unprocessableContent, "hash_mismatch", "the bytes do not have this hash")
        }
        do {
            try await artifacts.store(Artifact(owner: owner, hash: hash, bytes: bytes))
        } catch {
            throw Refusal.unavailable(error.message)
        }
        return try Reply.json(["success": true])
    }

    func serve(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let hash = try context.identifier("sha256", as: ContentHash.self, code: "unknown_picture")
        let named = try owner(context)
        let isClaimed = try claims.open(hash, owner: named ?? .local, request)
        let owner =
            isClaimed ? named ?? .local : try await access.readableOwner(request, context, named: named)
        return try await Self.response(hash, owner: owner, artifacts: artifacts, request)
    }

    /// Whom the address names; nil for one that names nobody.
    private func owner(_ context: DarkroomContext) throws -> OwnerID? {
        guard context.parameters.get("ownerId") != nil else { return nil }
        return try context.identifier("ownerId", as: OwnerID.self)
    }

    /// The bytes, or 304 to somebody who has them, as long as they are here: a hash never changes its meaning.
    ///
    /// They came from elsewhere and lie on the dashboard's origin, so only they say what they are, and whatever they are
    /// may do nothing: no script runs in them, and they belong to no origin.
    static func response(
        _ hash: ContentHash, owner: OwnerID, artifacts: any ArtifactStore, _ request: Request
    ) async throws -> Response {
        let tag = "\"\(hash)\""
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "private, max-age=31536000, immutable",
            .xContentTypeOptions: "nosniff",
            // A browser that shows a picture alone lays it out with styles of its own.
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ]
        if request.hasMatch(for: tag), try artifacts.hasArtifact(hash, owner: owner) {
            return Response(status: .notModified, headers: headers)
        }
        guard let bytes = try await artifacts.artifact(hash, owner: owner) else {
            throw Refusal(.notFound, "unknown_picture", "there is no picture with this hash")
        }
        headers[.contentType] = Self.mediaType(of: bytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Of what is no picture nothing is said.
    private static func mediaType(of bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return "application/octet-stream"
    }
}

/// Bytes taken for each of the jobs that uploaded last. A restart begins anew.
final class UploadBudget: Sendable {
    private struct Contents {
        var spent: [JobID: Int] = [:]
        var order: [JobID] = []
    }

    private static let jobsKept = 4_096
    private let bytesPerJob: Int
    private let contents = Locked(Contents())

    init(bytesPerJob: Int) { self.bytesPerJob = bytesPerJob }

    /// Whether the job may take so many bytes more.
    func spend(_ bytes: Int, job: JobID) -> Bool {
        contents.withLock { contents in
            let spent = contents.spent[job, default: 0] + bytes
            guard spent <= bytesPerJob else { return false }
            if contents.spent.updateValue(spent, forKey: job) == nil {
                contents.order.append(job)
                if contents.order.count > Self.jobsKept { contents.spent[contents.order.removeFirst()] = nil }
            }
            return true
        }
    }
}
