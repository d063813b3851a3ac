import ProcessDriving

/// What was ordered for one image, against what its record says.
struct Bill: Sendable {
    /// Orders whose outcome was never taken in, beyond the one that made the picture: made and thrown away, or broken off.
    var unresolved = 0
    /// Of those, the ones that the record does not call possibly billed.
    var unlabelled = 0
    /// Orders of a worker whose epoch was handed to another one while it had it.
    var takenOver = 0
    /// What else cannot be.
    var complaints: [String] = []

    /// A picture's way from the provider's last byte to the record, on a machine with much else to do.
    private static let recordingMs: Double = 3_000
    /// Clocks of two processes on one machine, read at different moments.
    private static let slackMs: Double = 100

    /// - Parameters:
    ///   - calls: of this image, in order of arrival.
    ///   - shownAt: when a reader first saw its picture.
    ///   - epoch: of the job.
    ///   - untold: what workers of earlier epochs have on record for it, in millionths: their last word may be on its way.
    ///   - kills: of the workers.
    init(
        _ asset: JobDocument.Asset, _ calls: [SimulatorControl.Call], shownAt: Double?, epoch: Int, untold: Int = 0,
        kills: [Double]
    ) {
        let isMade = asset.status == "generated"
        let paid = calls.filter { $0.isBillable || $0.outcome == "aborted_by_peer" }
        unresolved = max(0, paid.count - (isMade ? 1 : 0))
        unlabelled =
            epoch == 1
            ? max(0, unresolved - (asset.cost?.possiblyBilled ?? 0))
            : Self.unaccounted(
                paid, asset.cost, untold)
        if unlabelled > 0 { complaints.append("\(unlabelled) of \(unresolved) repeated orders are not labelled") }
        if epoch == 1, calls.count > asset.attempts {
            complaints.append("\(calls.count) orders, the record says \(asset.attempts)")
        }
        if isMade, !calls.contains(where: \.isBillable) { complaints.append("a picture that nobody made") }
        // The worker of a later epoch does not learn at once of a picture that came late from the one before.
        if epoch == 1, let shownAt, let late = calls.first(where: { $0.timeMs > shownAt + Self.slackMs }) {
            complaints.append("ordered again \(Int(late.timeMs - shownAt)) ms after its picture was shown")
        }
        for (first, second) in zip(calls, calls.dropFirst()) where first.isBillable {
            guard !Self.wasInFlight(first, until: second, kills) else { continue }
            if epoch > 1 {
                takenOver += 1
            } else {
                complaints.append("ordered again after a call that was not in flight at any kill")
            }
        }
    }

    /// Orders that several epochs paid for are told as money, known or possible: so many are missing from it.
    private static func unaccounted(
        _ paid: [SimulatorControl.Call], _ cost: JobDocument.Cost?, _ untold: Int
    ) -> Int {
        let told = (cost.map { $0.micros + $0.possibleMicros } ?? 0) + untold
        let missing = paid.reduce(0) { $0 + Prices.price(of: $1.form) } - told
        return missing <= 0 ? 0 : (missing + Prices.gemini - 1) / Prices.gemini
    }

    /// Whether a kill came between the call's beginning and the moment by which its end was surely on record.
    private static func wasInFlight(
        _ call: SimulatorControl.Call, until next: SimulatorControl.Call, _ kills: [Double]
    ) -> Bool {
        // A prediction's end is learnt by asking, which the next order closes.
        let answered = call.endedMs.map { call.timeMs + $0 - call.startedMs + recordingMs } ?? next.timeMs
        let end = call.form == "replicate" ? next.timeMs : min(next.timeMs, answered)
        return kills.contains { $0 >= call.timeMs - slackMs && $0 <= end }
    }
}
