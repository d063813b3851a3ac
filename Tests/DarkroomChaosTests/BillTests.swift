import ProcessDriving
import Testing

@testable import darkroom_chaos

@Suite("What was ordered for an image, against its record")
struct BillTests {
    private static func call(
        at time: Double, for length: Double = 200, _ outcome: String = "answered", isBillable: Bool = true,
        form: String = "gemini"
    ) -> SimulatorControl.Call {
        SimulatorControl.Call(
            number: Int(time), timeMs: time, startedMs: time, endedMs: time + length, prompt: "", outcome: outcome,
            form: form, isBillable: isBillable)
    }

    private static func asset(_ status: String, attempts: Int, labelled: Int = 0) -> JobDocument.Asset {
        JobDocument.Asset(
            id: "evidence-1", status: status, attempts: attempts,
            cost: JobDocument.Cost(micros: 0, possiblyBilled: labelled, possibleMicros: 0))
    }

    private static func bill(
        _ asset: JobDocument.Asset, _ calls: [SimulatorControl.Call], shownAt: Double? = nil, kills: [Double] = []
    ) -> Bill {
        Bill(asset, calls, shownAt: shownAt, epoch: 1, kills: kills)
    }

    @Test("a refusal to serve and a picture: nothing to complain of")
    func plain() {
        let bill = Self.bill(
            Self.asset("generated", attempts: 2),
            [Self.call(at: 1_000, isBillable: false), Self.call(at: 2_000)], shownAt: 2_500)
        #expect(bill.complaints.isEmpty && bill.unresolved == 0)
    }

    @Test("an order broken off by a kill must be labelled")
    func brokenOff() {
        let calls = [Self.call(at: 1_000, "aborted_by_peer", isBillable: false), Self.call(at: 2_000)]
        let labelled = Self.bill(Self.asset("generated", attempts: 2, labelled: 1), calls, kills: [1_100])
        #expect(labelled.complaints.isEmpty && labelled.unresolved == 1 && labelled.unlabelled == 0)
        let silent = Self.bill(Self.asset("generated", attempts: 2), calls, kills: [1_100])
        #expect(silent.unlabelled == 1 && silent.complaints.count == 1)
    }

    @Test("a picture made and ordered again is forgiven only if a kill came before it was on record")
    func madeTwice() {
        let asset = Self.asset("generated", attempts: 2, labelled: 1)
        let calls = [Self.call(at: 1_000), Self.call(at: 9_000)]
        #expect(Self.bill(asset, calls, kills: [1_250]).complaints.isEmpty)
        #expect(Self.bill(asset, calls, kills: [7_000]).complaints.count == 1)
        #expect(Self.bill(asset, calls).complaints.count == 1)
    }

    @Test("more orders than the record counts, orders after the picture was shown, pictures out of nothing")
    func impossible() {
        let two = [Self.call(at: 1_000, isBillable: false), Self.call(at: 2_000)]
        #expect(Self.bill(Self.asset("generated", attempts: 1), two).complaints.count == 1)
        #expect(Self.bill(Self.asset("generated", attempts: 2), two, shownAt: 1_500).complaints.count == 1)
        #expect(Self.bill(Self.asset("generated", attempts: 1), []).complaints.count == 1)
        #expect(Self.bill(Self.asset("failed", attempts: 1), []).complaints.isEmpty)
    }

    @Test("what two epochs paid for stands in the costs, or in the earlier worker's run")
    func twoEpochs() {
        let calls = [Self.call(at: 1_000), Self.call(at: 2_000)]
        func bill(micros: Int, untold: Int) -> Bill {
            var asset = Self.asset("generated", attempts: 1)
            asset.cost = JobDocument.Cost(micros: micros, possiblyBilled: 0, possibleMicros: 0)
            return Bill(asset, calls, shownAt: nil, epoch: 2, untold: untold, kills: [])
        }
        #expect(bill(micros: 2 * Prices.gemini, untold: 0).complaints.isEmpty)
        #expect(bill(micros: Prices.gemini, untold: Prices.gemini).complaints.isEmpty)
        let silent = bill(micros: Prices.gemini, untold: 0)
        #expect(silent.unlabelled == 1 && silent.takenOver == 1 && silent.complaints.count == 1)
    }
}
