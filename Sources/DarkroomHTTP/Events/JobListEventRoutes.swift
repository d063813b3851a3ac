import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// An owner's list of jobs as it changes: one event with a job's line for each that a client is behind on.
///
/// A client that gets `reset` reads the list, and changes it by the events that follow. Each batch of events ends with
/// one that has an id, from which a client can go on.
struct JobListEventRoutes: Sendable {
    let jobs: JobService
    let access: Access
    private let departures: Departures
    private let lines: SharedEvents

    init(jobs: JobService, access: Access, departures: Departures) {
        self.jobs = jobs
        self.access = access
        self.departures = departures
        lines = SharedEvents(bytesAtMost: 2 << 20) { key in
            guard let (record, revision) = try jobs.job(key) else { return nil }
            let bytes = try JSON.encode(JobLine(record))
            return RenderedEvent(revision: revision, bytes: ByteBuffer(bytes: bytes), isLast: record.isFinal)
        }
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/jobs/events", [.get: { try await follow($0, $1) }])
    }

    private func follow(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await access.principal(request, context, for: .read).owner
        let place = try EventReply.place(request)
        guard let listener = try jobs.news.listen(to: .owner(owner), pulse: EventReply.keepAliveSeconds, isGuest: true)
        else {
            throw EventReply.tooMany
        }
        return EventReply.stream(context, listener, endingWith: departures) { writer in
            let follower = ListFollower(owner: owner, jobs: jobs, lines: lines, listener: listener) {
                try await access.isStillAllowed(request, context, for: .read)
            }
            try await follower.run(&writer, told: place)
        }
    }
}

/// Sends one client the lines of one owner's jobs.
struct ListFollower {
    let owner: OwnerID
    let jobs: JobService
    let lines: SharedEvents
    let listener: NewsListener
    let isAllowed: @Sendable () async throws -> Bool

    private struct Gone: Encodable {
        var caseId: CaseID
    }

    func run(_ writer: inout EventWriter, told place: Revision?) async throws {
        var told = try await catchUp(&writer, from: place)
        while true {
            let news = await listener.next()
            if news.isOver { return }
            if news.isPulse, try await !isAllowed() { return }
            // Others' writes leave the place behind too, until it is too far back for anybody to tell what is missing.
            told = max(told, news.quietUpTo ?? told)
            if news.mayHaveChanged || news.revision.map({ $0 > told }) == true {
                told = try await catchUp(&writer, from: told)
            }
            if news.isPulse { try await writer.write(EventText.keepAlive(at: told.number)) }
        }
    }

    /// Tells all that changed since the client's place; if that is not known, or too much, to read the list.
    /// - Returns: the client's new place.
    private func catchUp(_ writer: inout EventWriter, from place: Revision?) async throws -> Revision {
        // Nothing has changed since what was never reached: that is not known either.
        let (newest, changed) = try jobs.changes(of: owner, after: place ?? Revision(.max))
        guard let changed else {
            try await writer.write(EventText.event("reset", id: newest.number, data: Array("{}".utf8)))
            return newest
        }
        let keys = changed.sorted { $0.value < $1.value }.map(\.key)
        for (index, key) in keys.enumerated() {
            let id = index == keys.indices.last ? newest.number : nil
            try await writer.write(try await event(key, since: changed[key] ?? .zero, id: id))
        }
        return newest
    }

    private func event(_ key: JobService.CaseKey, since revision: Revision, id: UInt64?) async throws -> [UInt8] {
        guard let line = try await lines.event(of: key, since: revision) else {
            return EventText.event("deleted", id: id, data: try JSON.encode(Gone(caseId: key.caseID)))
        }
        return EventText.event("job", id: id, data: Array(line.bytes.readableBytesView))
    }
}
