import Testing

@testable import ProviderSimulation

@Suite struct ScenarioTests {
    private func scenario(_ document: String) throws -> Scenario {
        try Scenario(document: Array(document.utf8))
    }

    @Test func everyStepIsRead() throws {
        let read = try scenario(
            """
            {"seed": 9, "keys": ["k"], "models": ["m"], "picture": "jpeg", "default": {"delay": 5}, "rules": [
              {"name": "a", "prompt": ["x", "y"], "model": "m", "calls": [1, 3], "from": 1, "until": 4,
               "probability": 0.5, "counting": "rule", "do": ["hold", {"delay": {"ms": 7}}, {"status": 429,
               "retryInfoMs": 1500, "retryAfter": 2, "messageHintMs": 10, "quotaId": "q", "reason": "r", "message": "m"}]},
              {"promptEquals": "z", "do": {"delay": {"medianMs": 9, "sigma": 0.5, "stragglerShare": 0.1, "stragglerMs": 50}},
               "continue": true},
              {"do": {"flaky": 2, "with": {"refusal": "prompt-blocked", "reason": "SAFETY"}}},
              {"do": [{"drip": {"intervalMs": 3}}]},
              {"do": {"huge-body": {"bytes": 10, "declared": false}}},
              {"do": {"image": "png"}}
            ]}
            """)
        #expect(read.seed == 9)
        #expect(read.keys == ["k"])
        #expect(read.models == ["m"])
        #expect(read.picture == .jpeg)
        #expect(read.otherwise == Script(pauses: [.fixed(milliseconds: 5)]))
        var fault = Fault(status: 429)
        (fault.retryInfoMs, fault.retryAfter, fault.messageHintMs) = (1_500, 2, 10)
        (fault.quotaId, fault.reason, fault.message) = ("q", "r", "m")
        #expect(read.rules[0].script == Script(pauses: [.hold, .fixed(milliseconds: 7)], ending: .fault(fault)))
        #expect(read.rules[0].name == "a")
        #expect(read.rules[0].match.counting == .rule)
        #expect(read.rules[0].match.calls == [1, 3])
        let spread = Spread(medianMs: 9, sigma: 0.5, stragglerShare: 0.1, stragglerMs: 50)
        #expect(read.rules[1].script == Script(pauses: [.spread(spread)]))
        #expect(read.rules[1].goesOn)
        #expect(
            read.rules.dropFirst(2).map(\.script.ending) == [
                .flaky(failures: 2, with: .refusal(.promptBlocked(reason: "SAFETY"))), .drip(intervalMs: 3),
                .hugeBody(bytes: 10, declared: false), .picture(.png),
            ])
        #expect(read.rules[3].name == "rules[3]")
    }

    @Test func whatConcernsTheOtherFormsIsRead() throws {
        let read = try scenario(
            """
            {"flavor": "localai", "output": "list", "rules": [
              {"do": {"download": {"status": 404}}}, {"do": {"poll": 3}}, {"do": {"poll": 1, "with": "reset"}},
              {"do": {"failed": "E003"}}, {"do": {"failed": "E7", "message": "Boom"}}, {"do": {"output": "data"}},
              {"do": {"webhook": "never"}}, {"do": {"webhook": {"lateMs": 5}}}, {"do": {"refusal": "some-blocked"}}
            ]}
            """)
        #expect(read.flavor == .localai && read.output == .list)
        #expect(
            read.rules.map(\.script.ending) == [
                .download(.fault(Fault(status: 404))),
                .prediction(.poll(failures: 3, with: .fault(Fault(status: 503)))),
                .prediction(.poll(failures: 1, with: .reset)),
                .prediction(.failed(error: PredictionEnding.errorText(code: "E003"))),
                .prediction(.failed(error: "Boom (E7)")), .prediction(.output(.data)),
                .prediction(.webhook(.never)), .prediction(.webhook(.late(milliseconds: 5))),
                .refusal(.someBlocked),
            ])
    }

    @Test(arguments: Ending.names) func everyNameIsRead(name: String) throws {
        let read = try scenario(#"{"rules": [{"do": "\#(name)"}]}"#)
        #expect(read.rules[0].script.ending == Ending(named: name))
        #expect(read.rules[0].script.ending.label == name)
    }

    @Test(arguments: [
        ("{", ""), ("[]", ""), (#"{"rule": []}"#, "rule"), (#"{"rules": {}}"#, "rules"),
        (#"{"rules": [{}]}"#, "rules[0].do"), (#"{"rules": [{"do": "nap"}]}"#, "rules[0].do"),
        (#"{"rules": [{"do": "ok"}, {"do": {"status": 418}}]}"#, "rules[1].do.status"),
        (#"{"rules": [{"do": [{"delay": 1}, {"status": 429, "retryAfter": -1}]}]}"#, "rules[0].do[1].retryAfter"),
        (#"{"rules": [{"do": ["ok", {"delay": 1}]}]}"#, "rules[0].do[0]"),
        (#"{"rules": [{"do": {"delay": {"sigma": 1}}}]}"#, "rules[0].do.delay.medianMs"),
        (#"{"rules": [{"do": {"delay": {"ms": 1, "sigma": 1}}}]}"#, "rules[0].do.delay.sigma"),
        (#"{"rules": [{"do": "ok", "probability": 2}]}"#, "rules[0].probability"),
        (#"{"rules": [{"do": "ok", "calls": [1, 0]}]}"#, "rules[0].calls[1]"),
        (#"{"rules": [{"do": "ok", "calls": [1, "2"]}]}"#, "rules[0].calls[1]"),
        (#"{"rules": [{"do": "reset", "continue": true}]}"#, "rules[0].do"),
        (#"{"rules": [{"do": "ok", "counting": "minutes"}]}"#, "rules[0].counting"),
        (#"{"rules": [{"do": {"flaky": 1, "with": {"flaky": 1}}}]}"#, "rules[0].do.with"),
        (#"{"rules": [{"do": {"flaky": 1, "wiht": "ok"}}]}"#, "rules[0].do.wiht"),
        (#"{"rules": [{"do": {"refusal": "rude"}}]}"#, "rules[0].do.refusal"),
        (#"{"rules": [{"do": "ok", "prompt": ["a", 1]}]}"#, "rules[0].prompt[1]"),
        (#"{"flavor": "azure"}"#, "flavor"), (#"{"output": "png"}"#, "output"),
        (#"{"rules": [{"do": {"download": "text-only"}}]}"#, "rules[0].do.download"),
        (#"{"rules": [{"do": {"poll": 1, "with": {"flaky": 1}}}]}"#, "rules[0].do.with"),
        (#"{"rules": [{"do": {"poll": 0}}]}"#, "rules[0].do.poll"),
        (#"{"rules": [{"do": {"webhook": "soon"}}]}"#, "rules[0].do.webhook"),
        (#"{"picture": "gif"}"#, "picture"), (#"{"seed": 1.5}"#, "seed"), (#"{"keys": "k"}"#, "keys"),
        (#"{"picture": {"file": "a.png"}}"#, "picture"),
        (#"{"rules": [{"do": {"image": {"file": "a.png"}}}]}"#, "rules[0].do"),
    ]) func aBadFieldIsNamed(document: String, path: String) {
        let error = #expect(throws: ScenarioError.self) { try scenario(document) }
        #expect(error?.path == path)
        #expect(error?.message.isEmpty == false)
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: ScenarioError.self) { try Scenario(file: "no-such-folder/scenario.json") }
        #expect(error?.message.contains("no-such-folder/scenario.json") == true)
    }

    @Test func picturesAreReadWithTheScenario() throws {
        let picture = Picture(mimeType: "image/webp", bytes: [1, 2])
        var asked: [String] = []
        let read = try Scenario(
            document: Array(#"{"picture": {"file": "a"}, "rules": [{"do": {"image": {"file": "a"}}}]}"#.utf8),
            readFile: { name in
                asked.append(name)
                return picture
            })
        #expect(asked == ["a"])
        #expect(read.files["a"]?.bytes == [1, 2])
    }

    @Test func labelsNameWhatCarriesDetail() {
        #expect(Ending.fault(Fault(status: 503)).label == "status 503")
        #expect(Ending.drip(intervalMs: 2).label == "drip")
        #expect(Ending.refusal(.imageBlocked(reason: "X")).label == "image-blocked")
        #expect(Ending.picture(.file("a")).label == "file")
        #expect(Ending.flaky(failures: 2, with: .reset).label == "flaky 2 reset")
        #expect(Ending.download(.reset).label == "download reset")
        #expect(Ending.prediction(.poll(failures: 2, with: .reset)).label == "poll 2 reset")
    }
}

@Suite struct MarkerTests {
    @Test(arguments: [
        ("a [[sim: hang-before-headers]] b", Script(ending: .hangBeforeHeaders)),
        ("[[sim: delay 300]]", Script(pauses: [.fixed(milliseconds: 300)])),
        ("[[sim:hold, status 429]]", Script(pauses: [.hold], ending: .fault(Fault(status: 429)))),
        ("[[sim: flaky 2]]", Script(ending: .flaky(failures: 2, with: .fault(Fault(status: 503))))),
        ("[[sim: flaky 3 reset ]]", Script(ending: .flaky(failures: 3, with: .reset))),
        ("[[sim: flaky 1 status 500]]", Script(ending: .flaky(failures: 1, with: .fault(Fault(status: 500))))),
        (
            "[[sim: poll 2 status 500]]",
            Script(ending: .prediction(.poll(failures: 2, with: .fault(Fault(status: 500)))))
        ),
        ("[[sim: download close-mid-body]]", Script(ending: .download(.closeMidBody))),
        ("[[sim: failed E005]]", Script(ending: .prediction(.failed(error: PredictionEnding.errorText(code: "E005"))))),
        ("zürich [[sim: jpeg]]", Script(ending: .picture(.jpeg))),
    ]) func markersAreRead(prompt: String, script: Script) throws {
        #expect(try Marker.script(in: prompt) == script)
    }

    @Test(arguments: ["", "no marker", "[[simulation]]", "[sim: reset]"])
    func otherTextIsNone(prompt: String) throws {
        #expect(try Marker.script(in: prompt) == nil)
    }

    @Test(arguments: [
        "[[sim:]]", "[[sim: nap]]", "[[sim: status 418]]", "[[sim: reset, delay 3]]", "[[sim: flaky]]",
        "[[sim: flaky 2 flaky 2]]", "[[sim: delay x]]", "[[sim: ok ok]]",
        "[[sim: poll 2]]", "[[sim: poll 2 ok]]", "[[sim: download]]", "[[sim: download text-only]]", "[[sim: failed]]",
    ]) func unreadableMarkersAreNotPassedOver(prompt: String) {
        #expect(throws: ScenarioError.self) { try Marker.script(in: prompt) }
    }
}
