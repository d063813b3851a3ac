/// From when on something is worth an alert.
public struct AlertRules: Hashable, Sendable {
    /// Of the images of jobs that ended in the window more than this share failed. (When an image ended is not kept with
    /// it: one of a job that goes on counts later.)
    public var failureRate: Double
    /// Fewer images say nothing of a rate.
    public var leastImages: Int
    public var window: StatisticsWindow

    public init(
        failureRate: Double = 0.5, leastImages: Int = 10, window: StatisticsWindow = .quarterHour
    ) {
        self.failureRate = failureRate
        self.leastImages = leastImages
        self.window = window
    }

    /// One that stands goes on until the rate is a fifth below the limit, or nothing is decided any more: a rate that
    /// wavers about the limit is one alert.
    public func imagesFailing(_ statistics: JobStatistics, isStanding: Bool) -> Alert? {
        let images = statistics.images.made + statistics.images.failed
        guard let rate = statistics.images.failureRate, images > 0 else { return nil }
        guard isStanding ? rate > failureRate * 0.8 : rate > failureRate && images >= leastImages else { return nil }
        var facts = Alert.Facts()
        facts.failureRate = rate
        facts.images = images
        facts.window = window.text
        return Alert(.imagesFailing, facts)
    }

    /// - Parameters:
    ///   - budget: for a month, in millionths; an owner with none, or with nothing to spend, is never near it.
    ///   - spent: in `month`.
    public func budget(
        of owner: OwnerID, spent: Int64, in month: Month, budget: Int64?, now: Milliseconds
    ) -> [Alert] {
        guard let budget, budget > 0, month == Month(of: now), spent >= budget - budget / 5 else { return [] }
        var facts = Alert.Facts()
        facts.owner = owner
        facts.month = month
        facts.spentMicros = spent
        facts.budgetMicros = budget
        return [Alert(.budgetNear, facts)] + (spent >= budget ? [Alert(.budgetSpent, facts)] : [])
    }
}
