import JobModel

/// Statistics as a page of text.
public enum StatisticsText {
    public static func bytes(_ figures: JobStatistics) -> [UInt8] { Array(text(figures).utf8) }

    static func text(_ figures: JobStatistics) -> String {
        var lines = [
            "last \(figures.window): \(counted(figures.jobs.ended, "job")) ended"
                + " (\(figures.jobs.completed) completed, \(figures.jobs.partial) partial,"
                + " \(figures.jobs.failed) failed, \(figures.jobs.canceled) canceled)",
            "now: \(figures.jobs.running) running, \(figures.jobs.stuck) stuck",
            "images: \(images(figures.images))",
        ]
        if let time = figures.generationTime { lines.append("time to completion: \(summary(time))") }
        if let latency = figures.webhookLatency { lines.append("webhook latency: \(summary(latency))") }
        lines.append("cost: \(cost(figures.cost))")
        lines += table("by provider", figures.byProvider)
        lines += table("by job type", figures.byKind)
        if figures.isTruncated { lines.append("there are more jobs than were looked at: this is of a part of them") }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func table(_ title: String, _ groups: [String: JobStatistics.Group]) -> [String] {
        guard !groups.isEmpty else { return [] }
        let width = groups.keys.map(\.count).max() ?? 0
        return ["\(title):"]
            + groups.sorted { $0.key < $1.key }.map { name, group in
                let space = String(repeating: " ", count: width - name.count)
                return "  \(name)\(space)  \(images(group.images)) · \(cost(group.cost))"
            }
    }

    private static func images(_ images: JobStatistics.Images) -> String {
        let counts = "\(images.made) made, \(images.failed) failed, \(images.canceled) canceled"
        return images.successRate.map { "\(counts) · success rate \(percent($0))" } ?? counts
    }

    private static func summary(_ time: DurationSummary) -> String {
        "mean \(seconds(time.mean)), p50 \(seconds(time.p50)), p90 \(seconds(time.p90)), p95 \(seconds(time.p95)),"
            + " p99 \(seconds(time.p99)), longest \(seconds(time.max))"
    }

    private static func cost(_ cost: JobStatistics.Cost) -> String {
        MoneyText.amount(cost.micros)
            + (cost.possibleMicros > 0 ? ", possibly \(MoneyText.amount(cost.possibleMicros)) more" : "")
    }

    private static func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

    /// With one place behind the point, rounded down: what is not whole is never called 100%.
    private static func percent(_ rate: Double) -> String {
        let tenths = Int(rate * 1_000 + 1e-9)
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    private static func seconds(_ length: Milliseconds) -> String {
        guard length >= 1_000 else { return "\(length) ms" }
        return length < 100_000 ? "\(length / 1_000).\(length % 1_000 / 100) s" : "\(length / 1_000) s"
    }
}
