import JobModel
import Threads

/// Drives a ``CallGate``: brings it the time and hands its actions on. What it holds is lost with the process.
final class CallDesk: Sendable {
    private let gate: Locked<CallGate>
    private let clock: any EngineClock
    private let alarm = Alarm()
    private let isOpen = Locked(true)
    private let perform: @Sendable (CallGateAction) -> Void

    /// - Parameter perform: called without a lock, from whatever thread brought the news. It must not block.
    init(_ gate: CallGate, clock: any EngineClock, perform: @escaping @Sendable (CallGateAction) -> Void) {
        self.gate = Locked(gate)
        self.clock = clock
        self.perform = perform
    }

    /// What goes on now, lane by lane, and which providers are taken for dead.
    var present: (use: [CallLane: CallGate.LaneUse], circuitsOpen: Set<String>) {
        gate.withLock { ($0.use, $0.circuitsOpen) }
    }

    /// Gives nobody the right to call any more. What is held goes with the process.
    func close() { isOpen.withLock { $0 = false } }

    func demand(_ demand: CallDemand, of job: JobID, owner: OwnerID, acceptedAt: Milliseconds) {
        let now = clock.now()
        feed { $0.demand(demand, of: job, owner: owner, acceptedAt: acceptedAt, now: now) }
    }

    func giveBack(_ permits: [CallPermit]) {
        let now = clock.now()
        feed { $0.giveBack(permits, now: now) }
    }

    func sent(_ permit: CallPermit) {
        let now = clock.now()
        let wake = gate.withLock { gate in
            gate.sent(permit, now: now)
            return gate.nextWake
        }
        // Until a call has left nobody knows when its place in the window comes free.
        alarm.ring(before: wake)
    }

    /// - Returns: the right to the same job's next call, if it is its turn.
    func ended(_ permit: CallPermit, _ end: CallEnd) -> CallPermit? {
        let now = clock.now()
        let next = Locked<CallPermit?>(nil)
        feed { gate in
            let (permit, actions) = gate.ended(permit, end, now: now)
            next.withLock { $0 = permit }
            return actions
        }
        return isOpen.withLock { $0 } ? next.withLock { $0 } : nil
    }

    /// Wakes the gate in time until the task is canceled.
    func run() async {
        while !Task.isCancelled {
            let wake = gate.withLock { $0.nextWake }
            await alarm.wait(until: wake, clock: clock)
            guard !Task.isCancelled else { return }
            let now = clock.now()
            for action in gate.withLock({ $0.tick(now: now) }) { follow(action) }
        }
    }

    private func feed(_ change: (inout CallGate) -> [CallGateAction]) {
        let (actions, wake) = gate.withLock { (change(&$0), $0.nextWake) }
        for action in actions { follow(action) }
        alarm.ring(before: wake)
    }

    private func follow(_ action: CallGateAction) {
        if case .grant = action, !isOpen.withLock({ $0 }) { return }
        perform(action)
    }
}
