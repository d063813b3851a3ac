import Testing

@testable import ProviderSimulation

@Suite struct ShippedScenarioTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        + "/fixtures/scenarios/"

    @Test(arguments: [
        ("Torn Ferry Ticket", Ending.hangBeforeHeaders), ("Silver Cigarette Case", .hangAfterHeaders),
        ("Bloodstained Glove", .refusal(.promptBlocked())),
        ("Old Lighthouse", .refusal(.imageBlocked())), ("Brass Lamp Key", .picture(nil)),
    ]) func theDemoHangsTwoAndRefusesTwo(name: String, ending: Ending) throws {
        var director = Director(scenario: try Scenario(file: Self.folder + "demo.json"), seed: 1)
        for _ in 1...5 {
            let script = try director.decide(prompt: "A photograph: \(name). Found at the pier.", model: "m").script
            #expect(script.ending == ending)
            #expect(script.pauses.count == 1)
        }
    }

    @Test func roughWeatherStrikesAFewCallsInEachHundred() throws {
        var director = Director(scenario: try Scenario(file: Self.folder + "rough-weather.json"), seed: 1)
        let endings = try (0..<1_000).map { number in
            try director.decide(prompt: "prompt \(number)", model: "m").script.ending
        }
        let troubled = endings.filter { $0 != .picture(nil) }
        #expect((200...340).contains(troubled.count))
        #expect(Set(troubled.map(\.label)).count == 11)
    }
}
