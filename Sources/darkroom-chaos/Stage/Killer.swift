import ProcessDriving
import Threads

/// Kills one of the processes at a random moment and starts it again, over and over.
struct Killer: Sendable {
    let stage: Stage
    let feeder: Feeder
    let plan: Plan
    let findings: Findings

    /// Milliseconds between a process's return and the next kill, and those that the killed one stays down.
    private static let pause = 50...1_700
    private static let absence = 0...700

    /// - Returns: kills by victim.
    func run() async -> [String: Int] {
        let dice = Dice(seed: plan.seed, stream: "kills")
        let end = ContinuousClock.now + plan.limit
        var kills: [String: Int] = [:]
        while kills.values.reduce(0, +) < plan.kills, ContinuousClock.now < end, !Task.isCancelled {
            await Pause.milliseconds(dice.number(in: Self.pause))
            let draw = dice.share()
            if draw < 0.15 {
                if await feeder.createAndKill(after: dice.number(in: 1...110)) { kills["create", default: 0] += 1 }
                continue
            }
            let role = draw < 0.5 ? stage.control : stage.workers[draw < 0.75 ? 0 : 1]
            do {
                try await role.kill()
                kills[role.name, default: 0] += 1
                await Pause.milliseconds(dice.number(in: Self.absence))
                try await role.start()
            } catch {
                findings.add("\(role.name): \(error)")
                return kills
            }
        }
        return kills
    }
}

enum Pause {
    /// Shorter if the task is canceled.
    static func milliseconds(_ count: Int) async { try? await Task.sleep(for: .milliseconds(count)) }
}
