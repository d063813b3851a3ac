/// Many lengths of time in a few numbers, in milliseconds. Percentiles are lengths that occurred (nearest rank).
public struct DurationSummary: Hashable, Sendable, Codable {
    public var count: Int
    public var mean: Milliseconds
    public var p50: Milliseconds
    public var p90: Milliseconds
    public var p95: Milliseconds
    public var p99: Milliseconds
    public var max: Milliseconds

    /// Nil of none.
    public init?(_ lengths: [Milliseconds]) {
        guard !lengths.isEmpty else { return nil }
        let sorted = lengths.sorted()
        count = sorted.count
        func rank(_ percent: Int) -> Milliseconds {
            sorted[Swift.max(0, (sorted.count * percent + 99) / 100 - 1)]
        }
        (p50, p90, p95, p99, max) = (rank(50), rank(90), rank(95), rank(99), sorted[sorted.count - 1])
        let exact = sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
        // Rounding may leave the range, at its end alone.
        mean = Milliseconds(exactly: exact.rounded()) ?? max
    }
}
