import JobModel

/// Who a process is: there is one of each at a time, except commands.
enum Role: Hashable {
    /// The control plane that triggers workers.
    case serve
    /// One that only receives, over the same store.
    case receiver
    /// A command at a terminal, over the same store, that ends when it has its answer.
    case command
    case worker(Int)
    /// A worker that is not ours.
    case stranger

    var name: String {
        switch self {
        case .serve: "serve"
        case .receiver: "receiver"
        case .command: "command"
        case .worker(let index): "worker\(index)"
        case .stranger: "stranger"
        }
    }

    var number: UInt64 {
        switch self {
        case .serve: 1
        case .receiver: 2
        case .command: 3
        case .stranger: 4
        case .worker(let index): 5 + UInt64(index)
        }
    }
}

/// One life of a process: what it holds is lost when it dies.
class Process {
    unowned let world: World
    let role: Role
    /// What its clock is off by. A clock is read once, at the start, and runs steadily from there.
    let skew: Int64
    private(set) var isDead = false
    /// Dies at the so-manyeth thing that it does; nil: not by itself.
    var fuse: Int?

    init(_ world: World, _ role: Role, skew: Int64) {
        self.world = world
        self.role = role
        self.skew = skew
    }

    var now: Milliseconds { world.now + skew }

    func after(_ delay: Int64, _ kind: StepKind, _ run: @escaping () -> Void) {
        world.add(after: delay, kind, owner: self, run)
    }

    /// Between any two actions it may die.
    func survives() -> Bool {
        guard !isDead, !world.isOver else { return false }
        guard let left = fuse else { return true }
        fuse = left - 1
        guard left <= 0 else { return true }
        world.count(.killedBetweenActions)
        world.kill(self)
        return false
    }

    func die() {
        isDead = true
        world.trace(self, "dies")
    }
}

/// A time to wake at; only the earliest counts, as for a sleeper with one alarm.
struct AlarmClock {
    private var armed: Milliseconds?
    private var number = 0

    /// - Parameter wake: by the process's clock.
    mutating func mustRing(_ wake: Milliseconds?) -> (at: Milliseconds, number: Int)? {
        guard let wake else { return nil }
        if let armed, armed <= wake { return nil }
        armed = wake
        number += 1
        return (wake, number)
    }

    /// Whether this is the ring that was asked for last.
    mutating func rings(_ number: Int) -> Bool {
        guard number == self.number else { return false }
        armed = nil
        return true
    }
}
