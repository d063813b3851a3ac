import ImageProcessing
import JobModel
import Orchestration
import Testing

@Suite struct ConcurrencyTests {
    /// Many small scalings at once corrupt orc's code memory unless building and freeing take turns. How soon depends
    /// on the machine (within seconds on two idle cores), so a pass here is no proof; a crash is.
    @Test func scalingOnManyThreadsIsSound() async throws {
        let input = Samples.noisy(width: 48, height: 48)
        let many = VipsImageProcessor(threads: 8)
        let wanted = try await many.transform(input, as: box(24, 24)).get()
        let wrong = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var wrong = 0
                    for _ in 0..<250 where await many.transform(input, as: box(24, 24)) != .success(wanted) {
                        wrong += 1
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        await many.shutdown()
    }
}
