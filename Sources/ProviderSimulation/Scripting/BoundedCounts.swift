/// Counts by text. Past the bound the text seen first is forgotten, and counted from 1 if it comes again.
struct BoundedCounts {
    private(set) var counts: [String: Int] = [:]
    private var order: [String] = []
    private var oldest = 0
    private let bound: Int

    init(bound: Int) { self.bound = bound }

    /// The new count.
    mutating func increment(_ text: String) -> Int {
        if let count = counts[text] {
            counts[text] = count + 1
            return count + 1
        }
        if order.count < bound {
            order.append(text)
        } else {
            counts[order[oldest]] = nil
            order[oldest] = text
            oldest = (oldest + 1) % bound
        }
        counts[text] = 1
        return 1
    }
}
