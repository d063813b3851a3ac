/// What a case would take if nothing but the provider's latencies took time.
enum Schedules {
    /// List scheduling: each call, in order, starts when the first of `width` places is free.
    static func list(_ latencies: [Double], width: Int) -> Double {
        var places = [Double](repeating: 0, count: width)
        for latency in latencies {
            let free = places.indices.min { places[$0] < places[$1] } ?? 0
            places[free] += latency
        }
        return places.max() ?? 0
    }

    /// Batches one after another, each as long as its longest call.
    static func barrier(_ latencies: [Double], batches: [Int]) -> Double {
        var rest = latencies[...]
        return batches.reduce(0) { total, count in
            defer { rest = rest.dropFirst(count) }
            return total + (rest.prefix(count).max() ?? 0)
        }
    }
}
