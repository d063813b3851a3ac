import JSONCoding
import Testing

@testable import ProviderSimulation

@Suite struct PredictionTableTests {
    private func prediction(_ number: Int, ending: Ending = .picture(nil)) -> Prediction {
        Prediction(
            id: "id\(number)", number: number, call: number, model: "o/n",
            request: PredictionRequest(input: [:], origin: "http://h"), ending: ending, createdMs: 0)
    }

    @Test func theOldestThatIsOverMakesRoom() throws {
        var table = PredictionTable()
        for _ in 0..<PredictionTable.bound { _ = table.add { prediction($0) } }
        #expect(table.add { prediction($0) } == nil)
        _ = table.update("id3") { _ = $0.settle(.succeeded, at: 1) }
        #expect(table.add { prediction($0) }?.number == PredictionTable.bound + 1)
        #expect(table["id3"] == nil)
        #expect(table["id1"] != nil)
        #expect(table.all().count == PredictionTable.bound)
    }

    @Test func theFirstEndCounts() {
        var prediction = prediction(1)
        prediction.begin(at: 5)
        prediction.output = Prediction.Output(sources: [], shape: .url, links: [])
        let first = prediction.settle(.canceled, at: 7)
        let second = prediction.settle(.succeeded, at: 9)
        #expect(first && !second)
        #expect(prediction.status == .canceled && prediction.output == nil)
        #expect(prediction.startedMs == 5 && prediction.completedMs == 7)
        prediction.begin(at: 11)
        #expect(prediction.startedMs == 5)
    }

    @Test func pagesGoFromTheNewestToTheOldest() {
        var table = PredictionTable()
        for number in 1...250 { _ = table.add { prediction($0, ending: number == 249 ? .prediction(.lost) : .reset) } }
        let first = table.page(before: nil)
        #expect(first.predictions.map(\.number) == [250] + Array((150...248).reversed()))
        #expect(first.next == 150)
        let last = table.page(before: 50)
        #expect(last.predictions.map(\.number) == Array((1...49).reversed()) && last.next == nil)
        #expect(table.page(before: 101).next == nil)
        #expect(table.page(before: 102).next == 2)
    }

    @Test func onlyThoseThatAreOverAreForgotten() {
        var table = PredictionTable()
        for _ in 1...3 { _ = table.add { prediction($0) } }
        _ = table.update("id2") { _ = $0.settle(.failed, error: "x", at: 1) }
        table.forgetSettled()
        #expect(table.all().map(\.number) == [1, 3])
        #expect(table.add { prediction($0) }?.number == 4)
    }
}
