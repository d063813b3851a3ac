/// What is left to say of a job whose contents were let go.
public struct ForgottenJob: Hashable, Sendable, Codable {
    public var at: Milliseconds
    /// When this goes too.
    public var until: Milliseconds
    public var totalImages: Int
    public var completedImages: Int
    public var cost: JobCost
    /// Nil in records of an earlier version.
    public var figures: [ImageFigures]?
}

extension JobRecord {
    public var isForgotten: Bool { forgotten != nil }

    /// Lets go of everything but what became of it, and of its epoch: the next job of the case goes on counting.
    mutating func forget(now: Milliseconds, memoryKept: Milliseconds) {
        forgotten = ForgottenJob(
            at: now, until: now + memoryKept, totalImages: assets.count, completedImages: completedImages, cost: cost,
            figures: imageFigures)
        assets = []
        inputs = []
        pastClaims = []
        journal = []
        histories = []
        handOut.options = nil
        cancel = nil
        lastError = nil
    }
}
