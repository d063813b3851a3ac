#if canImport(Glibc)
import Glibc
#endif

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
    var milliseconds: Double { seconds * 1_000 }
}

extension Double {
    /// With so many places behind the point.
    func rounded(_ places: Int) -> String {
        guard places > 0 else { return "\(Int(rounded()))" }
        let factor = pow(10, Double(places))
        let scaled = Int((self * factor).rounded())
        let fraction = "\(abs(scaled) % Int(factor))"
        let sign = scaled < 0 ? "-" : ""
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(abs(scaled) / Int(factor)).\(zeros)\(fraction)"
    }
}

extension [Double] {
    var sum: Double { reduce(0, +) }

    /// The nearest-rank percentile; 0 of nothing.
    func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return ordered[Swift.min(count - 1, Swift.max(0, Int((share * Double(count)).rounded(.up)) - 1))]
    }

    /// The middle one, or the mean of the two in the middle.
    var median: Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}
