import JobModel
import NIOCore
import Orchestration
import Threads

/// What is sent of one job as it stands at a revision.
struct RenderedEvent: Sendable {
    let revision: Revision
    let bytes: ByteBuffer
    /// Nothing more is to be expected of the job.
    let isLast: Bool
}

/// Events that are rendered once for all who are sent them.
///
/// Those rendered last are kept, up to a number of bytes, so that thousands who connect at once to one job cost one
/// rendering, and thousands of jobs that somebody listens to cost nothing while they rest.
final class SharedEvents: Sendable {
    typealias Render = @Sendable (JobService.CaseKey) async throws -> RenderedEvent?

    private let state: Locked<State>
    private let render: Render

    private struct State {
        var kept: RecentEvents
        var underWay: [JobService.CaseKey: Task<RenderedEvent?, any Error>] = [:]
    }

    /// - Parameter render: nil if there is no such job (any more).
    init(bytesAtMost: Int = 8 << 20, render: @escaping Render) {
        state = Locked(State(kept: RecentEvents(bytesAtMost: bytesAtMost)))
        self.render = render
    }

    /// The job's event as of `revision` or later; nil if there is no such job.
    func event(of key: JobService.CaseKey, since revision: Revision) async throws -> RenderedEvent? {
        // A rendering that began before the change may be of the state before it; the next began after.
        for _ in 0..<3 {
            let task: Task<RenderedEvent?, any Error>
            switch step(key, revision) {
            case .have(let event): return event
            case .wait(let rendering): task = rendering
            }
            guard let event = try await task.value else { return nil }
            if event.revision >= revision { return event }
        }
        throw StoreError(.io, "the record of a job is older than was told")
    }

    private enum Step {
        case have(RenderedEvent)
        case wait(Task<RenderedEvent?, any Error>)
    }

    private func step(_ key: JobService.CaseKey, _ revision: Revision) -> Step {
        state.withLock { state in
            if let event = state.kept[key], event.revision >= revision { return .have(event) }
            if let task = state.underWay[key] { return .wait(task) }
            // Not the caller's own: who leaves must not take it from the others.
            let task = Task {
                let result: Result<RenderedEvent?, any Error>
                do { result = .success(try await self.render(key)) } catch { result = .failure(error) }
                self.rendered(key, result)
                return try result.get()
            }
            state.underWay[key] = task
            return .wait(task)
        }
    }

    private func rendered(_ key: JobService.CaseKey, _ result: Result<RenderedEvent?, any Error>) {
        state.withLock { state in
            state.underWay[key] = nil
            if case .success(let event?) = result { state.kept.keep(event, of: key) }
        }
    }
}

/// The events rendered last, up to a number of bytes.
struct RecentEvents {
    private let bytesAtMost: Int
    private var events: [JobService.CaseKey: (event: RenderedEvent, turn: UInt64)] = [:]
    /// Oldest first, and some that were replaced since: known by a turn that is not theirs any more.
    private var order: ArraySlice<(key: JobService.CaseKey, turn: UInt64)> = []
    private var turn: UInt64 = 0
    private(set) var bytes = 0

    init(bytesAtMost: Int) { self.bytesAtMost = bytesAtMost }

    var count: Int { events.count }

    subscript(key: JobService.CaseKey) -> RenderedEvent? { events[key]?.event }

    mutating func keep(_ event: RenderedEvent, of key: JobService.CaseKey) {
        remove(key)
        guard event.bytes.readableBytes <= bytesAtMost else { return }
        turn += 1
        events[key] = (event, turn)
        bytes += event.bytes.readableBytes
        order.append((key, turn))
        while bytes > bytesAtMost, let oldest = order.popFirst() {
            if events[oldest.key]?.turn == oldest.turn { remove(oldest.key) }
        }
        if order.count > 2 * events.count + 64 {
            order = ArraySlice(order.filter { events[$0.key]?.turn == $0.turn })
        }
    }

    private mutating func remove(_ key: JobService.CaseKey) {
        guard let old = events.removeValue(forKey: key) else { return }
        bytes -= old.event.bytes.readableBytes
    }
}
