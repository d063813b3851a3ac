import JSONCoding

/// Decides what happens to each call: the scenario, the counts so far and the seed; no clock and no input or output.
struct Director {
    struct Decision: Sendable {
        var script: Script
        /// The rule's name, `marker`, or `default`.
        var decidedBy: String
        /// Which call of its prompt this is, from 1.
        var callOfPrompt: Int
        /// For whatever is drawn while the script runs.
        var draws: SplitMix
    }

    private(set) var scenario: Scenario
    private(set) var seed: UInt64
    private let fallbackSeed: UInt64
    private var total = 0
    private var byPrompt = BoundedCounts(bound: 50_000)
    private var byRule: [Int]

    /// - Parameter seed: used by scenarios that name none.
    init(scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        fallbackSeed = seed
        self.seed = scenario.seed ?? seed
        byRule = Array(repeating: 0, count: scenario.rules.count)
    }

    /// Forgets every count and takes this scenario.
    mutating func restart(with scenario: Scenario? = nil) {
        self = Director(scenario: scenario ?? self.scenario, seed: fallbackSeed)
    }

    var countsByPrompt: [String: Int] { byPrompt.counts }

    /// - Throws: when the prompt holds a marker that cannot be read; the call is not counted then.
    mutating func decide(prompt: String, model: String) throws(ScenarioError) -> Decision {
        let marked = try Marker.script(in: prompt)
        total += 1
        let callOfPrompt = byPrompt.increment(Self.name(of: prompt))
        // Not drawn in order of arrival: the same seed gives a prompt's n-th call the same fate however calls interleave.
        var draws = SplitMix(seed: seed ^ Self.hash(prompt) ^ UInt64(callOfPrompt) &* 0x9E37_79B9_7F4A_7C15)
        let (script, name) = chosen(prompt: prompt, model: model, callOfPrompt: callOfPrompt, draws: &draws)
        var decision = Decision(script: script, decidedBy: name, callOfPrompt: callOfPrompt, draws: draws)
        if let marked {
            decision.script = marked
            decision.decidedBy = "marker"
        }
        if case .flaky(let failures, let ending) = decision.script.ending {
            decision.script.ending = callOfPrompt <= failures ? ending : .picture(nil)
        }
        return decision
    }

    private mutating func chosen(
        prompt: String, model: String, callOfPrompt: Int, draws: inout SplitMix
    ) -> (Script, String) {
        var pauses: [Pause] = []
        var decided: (script: Script, name: String)?
        for (index, rule) in scenario.rules.enumerated() {
            // One draw for each rule, used or not: a rule's luck does not depend on the rules above it.
            let luck = draws.unit()
            guard rule.match.fits(prompt: prompt, model: model) else { continue }
            byRule[index] += 1
            let count =
                switch rule.match.counting {
                case .prompt: callOfPrompt
                case .rule: byRule[index]
                case .all: total
                }
            guard decided == nil, rule.match.fits(count: count), luck < rule.match.probability else { continue }
            pauses += rule.script.pauses
            if !rule.goesOn { decided = (rule.script, rule.name) }
        }
        var script = decided?.script ?? scenario.otherwise
        script.pauses = decided == nil ? pauses + script.pauses : pauses
        return (script, decided?.name ?? "default")
    }

    /// The prompt itself, or its beginning and its hash, so that counts of long prompts stay small.
    private static func name(of prompt: String) -> String {
        guard prompt.utf8.count > 500 else { return prompt }
        return prompt.prefix(100) + "… #" + String(hash(prompt), radix: 16)
    }

    /// FNV-1a: equal on every machine, unlike the standard library's.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
