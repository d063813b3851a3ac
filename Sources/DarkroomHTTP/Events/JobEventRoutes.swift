import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// News of one job as it comes: `text/event-stream`, one event with the whole job for each state that a client sees.
struct JobEventRoutes: Sendable {
    let jobs: JobService
    let access: Access
    private let departures: Departures
    private let events: SharedEvents

    init(jobs: JobService, artifacts: any ArtifactStore, access: Access, departures: Departures) {
        self.jobs = jobs
        self.access = access
        self.departures = departures
        events = SharedEvents { key in
            guard let (record, revision) = try jobs.job(key) else { return nil }
            let view = try await JobViews.linkedView(record, revision: revision, artifacts: artifacts)
            let bytes = EventText.event("job", id: revision.number, data: try JSON.encode(view))
            return RenderedEvent(revision: revision, bytes: ByteBuffer(bytes: bytes), isLast: record.isFinal)
        }
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/cases/:caseId/events", [.get: { try await follow($0, $1) }])
    }

    private func follow(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await access.principal(request, context, for: .read).owner
        let key = JobService.CaseKey(
            try context.identifier("caseId", as: CaseID.self, code: "unknown_case"), owner: owner)
        let place = try EventReply.place(request)
        // First listened, then looked: what changes between is told.
        let listener = try jobs.news.listen(to: .job(key), pulse: EventReply.keepAliveSeconds, isGuest: true)
        guard let (record, revision) = try jobs.job(key) else { throw try ForgottenJobs.refusal(key, jobs) }
        // Clients that connect again by themselves stop at this.
        if record.isFinal, place == revision { return Response(status: .noContent) }
        guard let listener else { throw EventReply.tooMany }
        return EventReply.stream(context, listener, endingWith: departures) { writer in
            let follower = JobFollower(key: key, jobs: jobs, events: events, listener: listener) {
                try await access.isStillAllowed(request, context, for: .read)
            }
            try await follower.run(&writer, told: place, wanted: revision)
        }
    }
}

/// Sends one client the states of one job.
struct JobFollower {
    let key: JobService.CaseKey
    let jobs: JobService
    let events: SharedEvents
    let listener: NewsListener
    let isAllowed: @Sendable () async throws -> Bool

    /// - Parameters:
    ///   - told: the state that the client has; nil for none.
    ///   - wanted: the state that there is.
    func run(_ writer: inout EventWriter, told place: Revision?, wanted: Revision) async throws {
        var told = place
        var wanted = wanted
        while true {
            guard let event = try await events.event(of: key, since: wanted) else {
                return try await writer.write(Self.end("deleted"))
            }
            if event.revision != told { try await writer.write(event.bytes) }
            told = event.revision
            if event.isLast {
                return try await writer.write(Self.end("final"))
            }
            switch try await next(after: event.revision, &writer) {
            case .state(let revision): wanted = revision
            case .deleted: return try await writer.write(Self.end("deleted"))
            case .nobody: return
            }
        }
    }

    private enum Next {
        case state(Revision)
        case deleted
        /// There is nobody to be told, or nobody who may tell.
        case nobody
    }

    private static func end(_ reason: String) -> [UInt8] {
        EventText.event("end", id: nil, data: Array("{\"reason\":\"\(reason)\"}".utf8))
    }

    private func next(after told: Revision, _ writer: inout EventWriter) async throws -> Next {
        while true {
            let news = await listener.next()
            if news.isOver { return .nobody }
            // Before anything is sent: to a slow client a pulse comes along with the next state, each time.
            if news.isPulse, try await !isAllowed() { return .nobody }
            if let revision = news.revision, revision > told { return .state(revision) }
            // Nobody can tell what changed: the record can.
            if news.mayHaveChanged {
                guard let revision = try jobs.revision(key) else { return .deleted }
                if revision > told { return .state(revision) }
            }
            if news.isPulse { try await writer.write(EventText.keepAlive) }
        }
    }
}
