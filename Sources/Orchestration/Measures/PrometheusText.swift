/// Writes Prometheus' text format 0.0.4.
struct PrometheusText {
    private var text = ""

    /// Measures in the order of their table, series in that of their values. What was never counted is left out.
    static func write(_ book: MeasureBook) -> [UInt8] {
        var writer = PrometheusText()
        for definition in Measure.table {
            guard let series = book.values[definition.measure], !series.isEmpty else { continue }
            writer.head(definition)
            for (labels, value) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                writer.series(definition, labels, value)
            }
        }
        return Array(writer.text.utf8)
    }

    private mutating func head(_ definition: Measure.Definition) {
        let name = definition.measure.rawValue
        text += "# HELP \(name) \(Self.escaped(definition.help, quote: false))\n"
        let type =
            switch definition.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        text += "# TYPE \(name) \(type)\n"
    }

    private mutating func series(_ definition: Measure.Definition, _ labels: [String], _ value: MeasureBook.Value) {
        let name = definition.measure.rawValue
        let pairs = zip(definition.labels, labels).map { "\($0.rawValue)=\"\(Self.escaped($1, quote: true))\"" }
        switch value {
        case .number(let number): line(name, pairs, number)
        case .histogram(let histogram):
            var sum: UInt64 = 0
            for (index, count) in histogram.counts.enumerated() {
                sum += count
                let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
                line(name + "_bucket", pairs + ["le=\"\(bound)\""], Double(sum))
            }
            line(name + "_sum", pairs, histogram.sum)
            line(name + "_count", pairs, Double(sum))
        }
    }

    private mutating func line(_ name: String, _ pairs: [String], _ value: Double) {
        text += name
        if !pairs.isEmpty { text += "{\(pairs.joined(separator: ","))}" }
        text += " \(Self.number(value))\n"
    }

    /// Whole numbers without a point.
    static func number(_ value: Double) -> String {
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value.isNaN { return "NaN" }
        guard value == value.rounded(), abs(value) < 9_007_199_254_740_992 else { return "\(value)" }
        return "\(Int64(value))"
    }

    static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
