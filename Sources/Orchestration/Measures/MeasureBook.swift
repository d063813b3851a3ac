/// What was counted so far, as a value.
///
/// Each measure has at most so many series: what would be one more is counted under ``other`` in the place of those
/// labels whose values come from outside, so that nobody fills the memory by thinking up names.
struct MeasureBook: Sendable {
    /// Stands for everything that is not told apart.
    static let other = "other"
    static let seriesAtMost = 256
    private static let longestValue = 128

    /// The values of a measure's labels.
    typealias Series = [String]

    enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    private(set) var values: [Measure: [Series: Value]] = [:]
    private let seriesAtMost: Int

    init(seriesAtMost: Int = Self.seriesAtMost) { self.seriesAtMost = seriesAtMost }

    /// A counter grows, a histogram takes in, a gauge is set. What is no number, and a fall of a counter, is left out.
    mutating func take(_ note: MeasureNote) {
        let definition = note.measure.definition
        precondition(note.labels.count == definition.labels.count, "\(note.measure.rawValue) has other labels")
        guard note.amount.isFinite else { return }
        let series = series(of: note, definition)
        switch definition.kind {
        case .gauge: values[note.measure, default: [:]][series] = .number(note.amount)
        case .counter:
            guard note.amount >= 0 else { return }
            values[note.measure, default: [:]][series, default: .number(0)].add(note.amount)
        case .histogram(let bounds):
            values[note.measure, default: [:]][series, default: .histogram(Histogram(bounds: bounds))].add(note.amount)
        }
    }

    private func series(of note: MeasureNote, _ definition: Measure.Definition) -> Series {
        let known = values[note.measure]
        if known?[note.labels] != nil { return note.labels }
        let isFull = known?.count ?? 0 >= seriesAtMost
        return zip(note.labels, definition.labels).map { value, label in
            label.isOpen && (isFull || value.utf8.count > Self.longestValue) ? Self.other : value
        }
    }
}

extension MeasureBook.Value {
    fileprivate mutating func add(_ amount: Double) {
        switch self {
        case .number(let number): self = .number(number + amount)
        case .histogram(var histogram):
            // Held once at a time, so that it grows in its place.
            self = .number(0)
            histogram.add(amount)
            self = .histogram(histogram)
        }
    }
}

/// Amounts by how large they are.
struct Histogram: Hashable, Sendable {
    let bounds: [Double]
    /// How many lie at or below each bound and above the one before; beyond the last bound at the end.
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    var count: UInt64 { counts.reduce(0, +) }

    mutating func add(_ amount: Double) {
        let amount = max(0, amount)
        counts[bounds.firstIndex { amount <= $0 } ?? bounds.count] += 1
        sum += amount
    }
}
