import CCurl
import Threads

/// The life of one call in the engine.
extension Engine {
    func start(_ pending: PendingCall) {
        let call = pending.call
        counters.withLock {
            $0.requests += 1
            $0.inFlight += 1
        }
        // The cancel command may have come before this one and found nothing.
        if call.isCanceled { return fail(pending, .canceled, "the task was canceled") }
        guard let name = call.lookupName else { return launch(pending, leadsLookup: false) }
        waiting[call.id] = pending
        perform(lookups.enter(call.id, name: name))
        guard waiting[call.id] != nil else { return }
        nextWaitingDeadline = min(nextWaitingDeadline ?? call.connectDeadline, call.connectDeadline)
    }

    func cancel(_ call: Call) {
        if let transfer = transfers[call.id] {
            end(transfer, .failure(transfer.failure(.canceled, "the task was canceled")))
        } else if let pending = waiting.removeValue(forKey: call.id) {
            fail(pending, .canceled, "the task was canceled")
            perform(lookups.leave(call.id))
        }
    }

    /// A call that has ended meanwhile gives its place on by dropping it.
    func admit(_ call: Call, _ place: AnswerRoom.Place) {
        waitingForRoom.remove(call.id)
        guard let transfer = transfers[call.id] else { return }
        transfer.take(place)
        transfer.handle.resume()
    }

    /// While answers wait for places: gives on those whose holders receive nothing.
    func lendPlaces() {
        guard !waitingForRoom.isEmpty, ContinuousClock.now >= lendAt else { return }
        lendAt = .now + AnswerRoom.patience
        for id in waitingForRoom { transfers[id]?.call.request.answerRoom?.lendPlacesOfStalled() }
    }

    private func enterRoom(of call: Call) -> AnswerRoom.Place? {
        let mailbox = mailbox
        let place = call.request.answerRoom?.enter { mailbox.post(.admit(call, $0)) }
        if place == nil { waitingForRoom.insert(call.id) }
        return place
    }

    /// Takes the results of all exchanges that are over.
    func collect() {
        while let (transfer, code) = multi.nextDone() {
            let outcome = transfer.outcome(code)
            if case .failure(let error) = outcome, error.code == .nameNotFound {
                perform(lookups.notFound(transfer.call.id))
            }
            end(transfer, outcome)
        }
        guard let failure = multi.failure else { return }
        endTransfers(.broken, failure)
        renewMulti()
    }

    /// Until there is none: the end of one may begin another that waited for its lookup.
    func endTransfers(_ code: HTTPError.Code, _ message: String) {
        while let transfer = transfers.values.first { end(transfer, .failure(transfer.failure(code, message))) }
    }

    func settleLookups() {
        while !journal.found.isEmpty {
            let found = journal.found
            journal.found = []
            for id in found { perform(lookups.found(id)) }
        }
    }

    func expireWaiting() {
        guard let next = nextWaitingDeadline, ContinuousClock.now >= next else { return }
        let now = ContinuousClock.now
        for pending in Array(waiting.values) where pending.call.connectDeadline <= now {
            let call = pending.call
            guard waiting.removeValue(forKey: call.id) != nil else { continue }
            let isOver = call.deadline <= now
            fail(pending, isOver ? .timeout : .connectTimeout, "the deadline passed while the name was looked up")
            perform(lookups.leave(call.id))
        }
        nextWaitingDeadline = waiting.values.lazy.map(\.call.connectDeadline).min()
    }

    /// Ends a call that libcurl has: its socket is closed unless the exchange is over.
    func end(_ transfer: Transfer, _ outcome: Call.Outcome) {
        let call = transfer.call
        multi.remove(transfer.handle)
        transfers[call.id] = nil
        waitingForRoom.remove(call.id)
        handles.put(transfer.handle)
        noteEnd(socketsOpened: transfer.socketsOpened)
        transfer.pending.end(outcome)
        perform(lookups.leave(call.id))
    }

    /// Ends a call that libcurl does not have.
    func fail(_ pending: PendingCall, _ code: HTTPError.Code, _ message: String) {
        noteEnd(socketsOpened: 0)
        pending.fail(code, message)
    }

    private func noteEnd(socketsOpened: Int) {
        counters.withLock {
            $0.inFlight -= 1
            $0.connectionsOpened += socketsOpened
        }
    }

    private func perform(_ actions: [LookupQueue<ObjectIdentifier>.Action]) {
        for action in actions {
            switch action {
            case .begin(let id, let leads):
                if let pending = waiting.removeValue(forKey: id) { launch(pending, leadsLookup: leads) }
            case .fail(let id):
                guard let pending = waiting.removeValue(forKey: id) else { continue }
                fail(pending, .nameNotFound, "Could not resolve host: \(pending.call.lookupName ?? "")")
            }
        }
    }

    private func launch(_ pending: PendingCall, leadsLookup: Bool) {
        let call = pending.call
        guard ContinuousClock.now < call.deadline else {
            fail(pending, .timeout, "the deadline passed before the request was begun")
            return perform(lookups.leave(call.id))
        }
        do throws(HTTPError) {
            guard let handle = handles.take() else { throw EasyHandle.outOfMemory }
            let transfer = Transfer(
                pending, handle: handle, journal: journal, leadsLookup: leadsLookup,
                enterRoom: call.request.answerRoom == nil ? nil : { [unowned self] in enterRoom(of: $0) })
            try handle.configure(for: transfer, settings)
            try multi.add(handle)
            transfers[call.id] = transfer
        } catch {
            fail(pending, error.code, error.message)
            perform(lookups.leave(call.id))
        }
    }
}
