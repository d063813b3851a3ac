/// How long a worker keeps what needs no more work.
public struct RunPolicy: Hashable, Sendable {
    /// From the end of a run's telling to its being emptied: until then it can be asked about and told again.
    public var restKept: Milliseconds
    /// The same for one whose final snapshot could not be delivered.
    public var deadLetterKept: Milliseconds
    /// For so long a worker knows of an emptied run how it ended, and which epochs are over.
    public var memoryKept: Milliseconds

    public init(
        restKept: Milliseconds = 3_600_000, deadLetterKept: Milliseconds = 7 * 86_400_000,
        memoryKept: Milliseconds = 7 * 86_400_000
    ) {
        self.restKept = restKept
        self.deadLetterKept = deadLetterKept
        self.memoryKept = memoryKept
    }
}
