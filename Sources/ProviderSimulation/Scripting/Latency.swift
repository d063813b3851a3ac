#if canImport(Glibc)
import Glibc
#endif

extension Spread {
    /// Never longer than a day, whatever is drawn.
    func draw(_ draws: inout SplitMix) -> Duration {
        let straggles = draws.unit() < stragglerShare
        // Box and Muller; 1 - u keeps the logarithm's argument above zero.
        let normal = (-2 * log(1 - draws.unit())).squareRoot() * cos(2 * .pi * draws.unit())
        let drawn = straggles ? stragglerMs : medianMs * exp(sigma * normal)
        return .milliseconds(min(drawn, Double(StepReader.milliseconds.upperBound)).rounded())
    }
}
