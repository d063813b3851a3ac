import Testing

@testable import ProviderSimulation

@Suite struct DirectorTests {
    private func director(_ document: String, seed: UInt64 = 1) throws -> Director {
        Director(scenario: try Scenario(document: Array(document.utf8)), seed: seed)
    }

    private func ending(_ director: inout Director, _ prompt: String, model: String = "m") throws -> String {
        try director.decide(prompt: prompt, model: model).script.ending.label
    }

    @Test func theFirstRuleThatFitsDecides() throws {
        var director = try director(
            """
            {"rules": [{"prompt": "glove", "do": "prompt-blocked"}, {"model": "other", "do": "reset"},
                       {"prompt": ["glove", "case"], "do": "text-only"}], "default": "jpeg"}
            """)
        #expect(try ending(&director, "a glove") == "prompt-blocked")
        #expect(try ending(&director, "a case", model: "other") == "reset")
        #expect(try ending(&director, "a case") == "text-only")
        #expect(try ending(&director, "a hat") == "jpeg")
        #expect(try director.decide(prompt: "a glove", model: "m").decidedBy == "rules[0]")
        #expect(try director.decide(prompt: "a hat", model: "m").decidedBy == "default")
    }

    @Test func callsAreCountedForEachPromptUnlessToldOtherwise() throws {
        var byPrompt = try director(#"{"rules": [{"calls": [1, 3], "do": "reset"}]}"#)
        let first = try (0..<4).map { _ in try ending(&byPrompt, "a") }
        #expect(first == ["reset", "ok", "reset", "ok"])
        #expect(try ending(&byPrompt, "b") == "reset")

        var byRule = try director(#"{"rules": [{"prompt": "a", "counting": "rule", "until": 2, "do": "reset"}]}"#)
        let second = try ["a1", "b", "a2", "a3"].map { try ending(&byRule, $0) }
        #expect(second == ["reset", "ok", "reset", "ok"])

        var all = try director(#"{"rules": [{"counting": "all", "from": 2, "until": 3, "do": "reset"}]}"#)
        let third = try ["a", "b", "c", "d"].map { try ending(&all, $0) }
        #expect(third == ["ok", "reset", "reset", "ok"])
    }

    @Test func flakyPromptsHealOneByOne() throws {
        var director = try director(#"{"default": {"flaky": 2, "with": {"status": 500}}}"#)
        let a = try (0..<3).map { _ in try ending(&director, "a") }
        #expect(a == ["status 500", "status 500", "ok"])
        #expect(try ending(&director, "b") == "status 500")
    }

    @Test func rulesThatContinueAddTheirWaits() throws {
        var director = try director(
            """
            {"rules": [{"do": {"delay": 5}, "continue": true}, {"prompt": "a", "do": [{"delay": 7}, "reset"]}],
             "default": {"delay": 11}}
            """)
        let decided = try director.decide(prompt: "a", model: "m")
        #expect(decided.script == Script(pauses: [.fixed(milliseconds: 5), .fixed(milliseconds: 7)], ending: .reset))
        let other = try director.decide(prompt: "b", model: "m")
        #expect(other.script == Script(pauses: [.fixed(milliseconds: 5), .fixed(milliseconds: 11)]))
    }

    @Test func aMarkerGoesBeforeEveryRule() throws {
        var director = try director(#"{"rules": [{"do": "reset"}]}"#)
        let decided = try director.decide(prompt: "x [[sim: text-only]]", model: "m")
        #expect(decided.script.ending.label == "text-only")
        #expect(decided.decidedBy == "marker")
    }

    @Test func anUnreadableMarkerCountsNothing() throws {
        var director = try director("{}")
        #expect(throws: ScenarioError.self) { try director.decide(prompt: "[[sim: nap]]", model: "m") }
        #expect(director.countsByPrompt.isEmpty)
    }

    @Test func theSeedDecidesWhateverTheOrderOfCalls() throws {
        let document = #"{"rules": [{"probability": 0.4, "do": "reset"}]}"#
        let prompts = (0..<200).map { "prompt \($0)" }
        var forwards = try director(document, seed: 5)
        var backwards = try director(document, seed: 5)
        var other = try director(document, seed: 6)
        let first = try Dictionary(uniqueKeysWithValues: prompts.map { ($0, try ending(&forwards, $0)) })
        let second = try Dictionary(uniqueKeysWithValues: prompts.reversed().map { ($0, try ending(&backwards, $0)) })
        let third = try Dictionary(uniqueKeysWithValues: prompts.map { ($0, try ending(&other, $0)) })
        #expect(first == second)
        #expect(first != third)
        let hits = first.values.filter { $0 == "reset" }.count
        #expect((50...110).contains(hits))
    }

    @Test func repeatedCallsDrawAnew() throws {
        var director = try director(#"{"rules": [{"probability": 0.5, "do": "reset"}]}"#)
        let drawn = Set(try (0..<40).map { _ in try ending(&director, "a") })
        #expect(drawn == ["reset", "ok"])
    }

    @Test func aScenariosSeedGoesBeforeTheOthers() throws {
        #expect(try director(#"{"seed": 77}"#, seed: 5).seed == 77)
        #expect(try director("{}", seed: 5).seed == 5)
    }

    @Test func restartForgetsCountsAndKeepsTheSeed() throws {
        var director = try director(#"{"default": {"flaky": 1}}"#, seed: 5)
        #expect(try ending(&director, "a") == "status 503")
        #expect(try ending(&director, "a") == "ok")
        director.restart()
        #expect(director.seed == 5)
        #expect(try ending(&director, "a") == "status 503")
    }

    @Test func latencyFollowsItsMedianAndStragglers() {
        let spread = Spread(medianMs: 1_000, sigma: 0.5, stragglerShare: 0.1, stragglerMs: 60_000)
        var draws = SplitMix(seed: 3)
        let drawn = (0..<2_000).map { _ in spread.draw(&draws) }
        let stragglers = drawn.filter { $0 == .milliseconds(60_000) }.count
        #expect((140...260).contains(stragglers))
        let usual = drawn.filter { $0 != .milliseconds(60_000) }.sorted()
        let median = usual[usual.count / 2]
        #expect(median > .milliseconds(900) && median < .milliseconds(1_100))
        #expect(Set(usual).count > 500)
    }

    @Test func countsAreBounded() {
        var counts = BoundedCounts(bound: 3)
        #expect(["a", "a", "b", "c", "d", "a"].map { counts.increment($0) } == [1, 2, 1, 1, 1, 1])
        #expect(counts.counts.count == 3)
        #expect(counts.counts["b"] == nil)
    }

    @Test func longPromptsAreCountedApartThoughTheyBeginAlike() throws {
        var director = try director("{}")
        let beginning = String(repeating: "x", count: 600)
        #expect(try director.decide(prompt: beginning + "1", model: "m").callOfPrompt == 1)
        #expect(try director.decide(prompt: beginning + "2", model: "m").callOfPrompt == 1)
        #expect(try director.decide(prompt: beginning + "1", model: "m").callOfPrompt == 2)
        let longest = director.countsByPrompt.keys.map(\.count).max()
        #expect(try #require(longest) < 130)
    }
}
