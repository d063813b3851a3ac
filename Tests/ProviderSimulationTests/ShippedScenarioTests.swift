import Testing

@testable import ProviderSimulation

@Suite struct ShippedScenarioTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        + "/fixtures/scenarios/"

    @Test(arguments: [
        ("Torn Ferry Ticket", Ending.hangBeforeHeaders), ("Silver Cigarette Case", .hangAfterHeaders),
        ("Bloodstained Glove", .refusal(.promptBlocked(reason: "PROHIBITED_CONTENT"))),
        ("Old Lighthouse", .refusal(.imageBlocked(reason: "IMAGE_SAFETY"))), ("Brass Lamp Key", .picture(nil)),
    ]) func theDemoHangsTwoAndRefusesTwo(name: String, ending: Ending) throws {
        var director = Director(scenario: try Scenario(file: Self.folder + "demo.json"), seed: 1)
        for _ in 1...5 {
            let script = try director.decide(prompt: "A photograph: \(name). Found at the pier.", model: "m").script
            #expect(script.ending == ending)
            #expect(script.pauses.count == 1)
        }
    }
}
