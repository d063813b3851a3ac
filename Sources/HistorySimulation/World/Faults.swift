import JobModel

/// What goes wrong at present, in times per thousand.
struct Faults {
    var requestLoss = 0
    var answerLoss = 0
    var doubling = 0
    /// Messages that take up to ``longDelay``.
    var delays = 0
    var longDelay: Int64 = 1_000
    /// A receiver or worker set up wrongly turns a message down for good.
    var misrule = 0
    var threadPauses = 0
    var readFailures = 0
    var unknownWrites = 0
    var writeTime: ClosedRange<Int64> = 1...5
    /// Of all calls to providers: those that do not simply end in a picture.
    var calls = 0

    static let none = Faults()
}

/// What kind of history a seed makes: how much of each fault, how much work, which settings.
struct Profile {
    var faults = Faults.none
    /// How long anything goes wrong. Then all is mended.
    var chaos: Int64
    var kills = 0
    /// Of the kills, those that strike between two actions, in a thousand.
    var preciseKills = 500
    var fullDisks = 0
    /// A worker's disk is lost, and it begins with an empty one.
    var lostDisks = 0
    /// How far off a clock may be.
    var skew: Int64 = 0
    var jobs: Int
    var commands: Int
    var workers: Int
    var bothReceive: Bool
    var limits: RunLimits
    /// Names of providers in the order in which they are asked: `plain` knows no ids, `named` can be asked by id.
    var providers: [String]
    var unknownOutcome: UnknownOutcomePolicy
    var providerLimits: ProviderLimits
    var maximumRuns: Int
    /// Whether jobs go to another worker by themselves, how long a hand-out lasts, and whether a deadline ends a job.
    var handsOver: Bool
    var fence: Milliseconds
    var continues: Bool
    /// How long a job is kept after its end.
    var jobKept: Milliseconds

    init(_ dice: inout Dice) {
        chaos = dice.pick([20_000, 60_000, 60_000, 180_000, 600_000, 2_400_000])
        jobs = dice.pick([1, 1, 1, 2, 2, 3])
        commands = dice.pick([0, 1, 2, 4, 6])
        workers = dice.pick([1, 2, 2])
        bothReceive = dice.chance(500)
        limits = Profile.limits(&dice)
        providers = dice.pick([["plain"], ["named"], ["plain", "named"], ["named", "plain"]])
        unknownOutcome = dice.pick([.retry, .retry, .hold])
        providerLimits = ProviderLimits(
            calls: dice.pick([nil, nil, 2, 6]), window: dice.pick([10_000, 60_000]),
            concurrency: dice.pick([nil, nil, 1, 2]))
        maximumRuns = dice.pick([1, 100, 100, 100])
        handsOver = dice.chance(700)
        fence = dice.pick([60_000, 300_000, 1_800_000])
        continues = dice.chance(700)
        jobKept = dice.chance(60) ? 600_000 : JobPolicy.standardKept
        addNetwork(&dice)
        addProcesses(&dice)
        addDisks(&dice)
        faults.calls = dice.pick([0, 100, 300, 600])
    }

    private static func limits(_ dice: inout Dice) -> RunLimits {
        RunLimits(
            attemptTimeout: dice.pick([10_000, 30_000, 60_000]), assetDeadline: dice.pick([60_000, 270_000]),
            jobDeadline: dice.pick([12_000, 100_000, 300_000]),
            retry: RetryPolicy(
                maximumAttempts: dice.pick([1, 2, 4]), firstDelay: dice.pick([200, 2_000]),
                hasJitter: dice.chance(500)),
            schedule: dice.pick([.rolling, .rolling, .barrier]), window: dice.pick([1, 2, 5]),
            locationWindow: dice.pick([1, 4]), jobAttempts: dice.pick([nil, nil, nil, 6]))
    }

    private mutating func addNetwork(_ dice: inout Dice) {
        guard dice.chance(650) else { return }
        faults.requestLoss = dice.pick([0, 20, 150, 300])
        faults.answerLoss = dice.pick([0, 20, 150, 300])
        faults.doubling = dice.pick([0, 50, 300])
        faults.delays = dice.pick([0, 50, 300])
        faults.longDelay = dice.pick([1_000, 8_000, 40_000, 400_000])
        faults.misrule = dice.pick([0, 0, 0, 30])
    }

    private mutating func addProcesses(_ dice: inout Dice) {
        if dice.chance(600) {
            kills = dice.pick([1, 2, 4, 8])
            preciseKills = dice.pick([0, 500, 1_000])
        }
        if dice.chance(300) { faults.threadPauses = dice.pick([10, 100]) }
        if dice.chance(300) { skew = dice.pick([2_000, 60_000, 3_600_000]) }
    }

    private mutating func addDisks(_ dice: inout Dice) {
        guard dice.chance(400) else { return }
        fullDisks = dice.pick([0, 1, 3])
        lostDisks = dice.pick([0, 0, 0, 1])
        faults.unknownWrites = dice.pick([0, 30, 150])
        faults.readFailures = dice.pick([0, 0, 30, 200])
        faults.writeTime = dice.pick([1...5, 1...50, 1...2_000])
    }
}
