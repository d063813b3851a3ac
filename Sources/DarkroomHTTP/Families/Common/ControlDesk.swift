import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Orchestration

/// What an operator set for the interfaces by which single images, scenes and generations are asked for.
public struct InterfaceSettings: Sendable {
    /// Words of named visual styles, by the style's id.
    public var styles: [String: String]
    /// Words that no prompt may have.
    public var refusedWords: RefusedWords

    public init(styles: [String: String] = [:], refusedWords: RefusedWords = RefusedWords([])) {
        self.styles = styles
        self.refusedWords = refusedWords
    }
}

/// What the routes of every interface work with.
struct ControlDesk: Sendable {
    static let maximumBodyBytes = 4 << 20

    let jobs: JobService
    let submitter: any JobSubmitter
    let artifacts: any ArtifactStore
    /// Decodes pictures that come in.
    let transformer: any ImageTransformer
    let access: Access
    let settings: InterfaceSettings
    let clock: any EngineClock
    let arrivals: Arrivals
    /// Of documents that are being read, or wait for their turn.
    let bodies = BodyBudget(total: 128 << 20)
    /// Of forms with pictures, from the first byte until their job is made.
    let uploads = BodyBudget(total: 128 << 20)
    /// Where work goes and news comes back; nil until the server knows its own address.
    let addresses: @Sendable () -> HandOutAddresses?

    /// Jobs being made: of thousands that come at once so many are in memory as more than the bytes of their requests.
    private let turns = Turns(width: 64)

    /// The job that a request came to, as ``submit(_:)`` has it. A repeat is answered also where any other request would
    /// be refused for being one too many.
    /// - Parameters:
    ///   - budget: what the body counts to from its first byte until the job is made.
    ///   - read: takes in all that the client sends, before the request has its turn: a slow sender keeps nobody waiting.
    ///   - draft: makes the draft of what was read, in the request's turn.
    func submit<Asked>(
        _ request: Request, _ context: DarkroomContext, in budget: BodyBudget,
        reading read: (BodyShare) async throws -> Asked, draft: (Asked, OwnerID) async throws -> JobDraft
    ) async throws -> JobRecord {
        let caller = try await access.caller(request, context, for: .submit)
        return try await budget.holding(of: caller.principal.owner) { share in
            let asked: Asked
            do { asked = try await read(share) } catch { throw caller.overLimit ?? error }
            let job = await turns.run { () async -> Result<JobRecord, any Error> in
                do {
                    return .success(try await submit(context, caller) { try await draft(asked, $0) })
                } catch {
                    return .failure(error)
                }
            }
            guard let job else { throw CancellationError() }
            return try job.get()
        }
    }

    /// As ``submit(_:_:in:reading:draft:)`` of a document.
    /// - Parameter draft: is given the document's bytes, which are JSON as far as the request says.
    func submit(
        _ request: Request, _ context: DarkroomContext, draft: ([UInt8], OwnerID) async throws -> JobDraft
    ) async throws -> JobRecord {
        try await submit(request, context, in: bodies, reading: { try await document(request, $0) }, draft: draft)
    }

    private func submit(
        _ context: DarkroomContext, _ caller: Caller, _ make: (OwnerID) async throws -> JobDraft
    ) async throws -> JobRecord {
        var draft: JobDraft
        do { draft = try await make(caller.principal.owner) } catch { throw caller.overLimit ?? error }
        if let refusal = caller.overLimit, try !submitter.isRepeat(draft) { throw refusal }
        draft.trace = context.trace
        return try await submit(draft)
    }

    /// The bytes of a body that is read as JSON; what says that it is something else is not read at all.
    func document(_ request: Request, _ share: BodyShare) async throws -> [UInt8] {
        if request.mayHaveBody { try request.requireJSON() }
        return try await request.bytes(upTo: Self.maximumBodyBytes, in: share)
    }

    /// The job that the draft came to: a new one, or the one that a repeated request made before.
    func submit(_ draft: JobDraft) async throws -> JobRecord {
        guard let addresses = addresses() else { throw Refusal.unavailable("the server is starting") }
        let reply = try await submitter.submit(draft, handOut: addresses)
        switch reply {
        case .created(let job), .joined(let job): return job
        default: throw WebhookAnswers.refusal(reply) ?? .unavailable("the job cannot be made")
        }
    }

    /// The asker's own job: another owner's, or one of another interface, is not there.
    func job(_ key: JobService.CaseKey, _ family: JobFamily) throws -> JobRecord {
        guard let job = try jobs.job(key)?.record else { throw try Self.absence(of: key, family, jobs) }
        guard job.family == family else { throw Self.unknownJob }
        return job
    }

    /// The job that the path names by its id.
    func key(
        _ request: Request, _ context: DarkroomContext, for scope: AccessScope
    ) async throws -> JobService.CaseKey {
        let owner = try await access.principal(request, context, for: scope).owner
        return JobService.CaseKey(
            try context.identifier("id", as: JobID.self, code: "unknown_job"), owner: owner)
    }

    /// Whose pictures are read: by a signed link, or by whoever may read.
    func reader(_ request: Request, _ context: DarkroomContext) async throws -> OwnerID {
        let isNamed = context.parameters.get("ownerId") != nil
        let named = isNamed ? try context.identifier("ownerId", as: OwnerID.self) : nil
        return try await access.readableOwner(request, context, named: named)
    }

    /// What stands in the address from `root` on, as it was sent.
    func path(_ request: Request, below root: String) throws -> String {
        let parts = request.uri.path.split(separator: "/", omittingEmptySubsequences: true)
        guard let start = parts.firstIndex(where: { $0 == root }) else {
            throw Refusal(.notFound, "not_found", "no such route")
        }
        return parts[start...].joined(separator: "/")
    }

    /// The whole address of a path of this server's, as a reader reaches it.
    /// - Parameter links: what makes it one that needs no token for a while; nil for one that does.
    func link(to path: String, of owner: OwnerID, openedBy links: SignedLinks?) -> String {
        let base = addresses()?.receiver ?? ""
        let path = owner == .local ? "/\(path)" : "/api/owners/\(owner)/\(path)"
        return base + (links?.link(to: path, owner: owner) ?? path)
    }

    /// What links are opened with, if the reader wants such that need no token; else nil.
    func openLinks(_ request: Request) async throws -> SignedLinks? {
        guard try LinkForm.of(request, among: [.links, .signed]) == .signed else { return nil }
        return try await access.links()
    }

    /// Before anything is done for a request whose answer has links.
    func requireLinkForm(_ request: Request) throws(InvalidRequest) {
        _ = try LinkForm.of(request, among: [.links, .signed])
    }

    /// - Throws: ``Refusal`` that names the field of the first that cannot be taken.
    func checked(_ files: [InputFile]) async throws -> [CheckedInput] {
        var checked: [CheckedInput] = []
        for file in files { checked.append(try await InputRules.check(file, transformer)) }
        return checked
    }

    func specification(of job: JobRecord) async throws -> JobSpecification {
        try await Specifications.load(job.specification, owner: job.owner, from: artifacts)
    }

    /// What a document says that belongs to no new job.
    /// - Parameter owner: who sends it.
    /// - Returns: nil for an empty one.
    func optionalBody<Value: Decodable>(
        _ type: Value.Type, _ request: Request, of owner: OwnerID
    ) async throws -> Value? {
        try await bodies.holding(of: owner) { share in
            let bytes = try await document(request, share)
            return bytes.isEmpty ? nil : try Self.decode(type, bytes)
        }
    }

    /// As ``optionalBody(_:_:of:)``, where an empty one is a mistake.
    func body<Value: Decodable>(_ type: Value.Type, _ request: Request, of owner: OwnerID) async throws -> Value {
        try await bodies.holding(of: owner) { try Self.decode(type, try await document(request, $0)) }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        guard !bytes.isEmpty else { throw InvalidRequest(field: "", message: "is missing") }
        return try Body.decode(type, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
    }

    private static let unknownJob = Refusal(.notFound, "unknown_job", "there is no such job")

    private static func absence(
        of key: JobService.CaseKey, _ family: JobFamily, _ jobs: JobService
    ) throws -> Refusal {
        guard let left = try jobs.forgotten(key), left.family == family else { return unknownJob }
        return ForgottenJobs.refusal(left)
    }
}
