import ProcessDriving

/// What was ordered for one image, against what its record says.
struct Bill: Sendable {
    /// Orders whose outcome was never taken in, beyond the one that made the picture: made and thrown away, or broken off.
    var unresolved = 0
    /// Of those, the ones that the record does not call possibly billed.
    var unlabelled = 0
    /// What else cannot be.
    var complaints: [String] = []

    /// A picture's way from the provider's last byte to the record, on a machine with much else to do.
    private static let recordingMs: Double = 3_000
    /// Clocks of two processes on one machine, read at different moments.
    private static let slackMs: Double = 100

    /// - Parameters:
    ///   - calls: of this image, in order of arrival.
    ///   - shownAt: when a reader first saw its picture.
    ///   - kills: of the workers.
    init(_ asset: JobDocument.Asset, _ calls: [SimulatorControl.Call], shownAt: Double?, epoch: Int, kills: [Double]) {
        let isMade = asset.status == "generated"
        let paid = calls.filter { $0.isBillable || $0.outcome == "aborted_by_peer" }
        unresolved = max(0, paid.count - (isMade ? 1 : 0))
        unlabelled = max(0, unresolved - (asset.cost?.possiblyBilled ?? 0))
        if unlabelled > 0 { complaints.append("\(unlabelled) of \(unresolved) repeated orders are not labelled") }
        if epoch == 1, calls.count > asset.attempts {
            complaints.append("\(calls.count) orders, the record says \(asset.attempts)")
        }
        if isMade, !calls.contains(where: \.isBillable) { complaints.append("a picture that nobody made") }
        if let shownAt, let late = calls.first(where: { $0.timeMs > shownAt + Self.slackMs }) {
            complaints.append("ordered again \(Int(late.timeMs - shownAt)) ms after its picture was shown")
        }
        for (first, second) in zip(calls, calls.dropFirst()) where first.isBillable {
            if !Self.wasInFlight(first, until: second, kills) {
                complaints.append("ordered again after a call that was not in flight at any kill")
            }
        }
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
