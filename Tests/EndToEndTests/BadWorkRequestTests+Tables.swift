import JSONCoding

/// The case-shaped request that the wrong ones are made from.
enum CaseBody {
    static let good = Cases.document("bad", evidence: 2, locations: 1)
        .with("webhookUrl", "http://127.0.0.1:9/hook")

    /// The same with so many evidence images.
    static func images(_ count: Int) -> JSONValue {
        Cases.document("bad", evidence: count).with("webhookUrl", "http://127.0.0.1:9/hook")
    }

    static func item(_ id: String, name: JSONValue = "a name", description: JSONValue = "words") -> JSONValue {
        ["id": .string(id), "name": name, "description": description]
    }
}

/// The general request that the wrong ones are made from.
enum RunBody {
    static let good: JSONValue = [
        "jobId": "job-1", "epoch": 1, "claim": "claim-1", "assets": [asset], "webhookUrl": "http://127.0.0.1:9/hook",
    ]
    static let asset: JSONValue = ["id": "a", "kind": "evidence", "prompt": "a lamp"]
}

extension JSONValue {
    func with(_ key: String, _ value: JSONValue) -> JSONValue {
        var members = objectValue ?? [:]
        members[key] = value
        return .object(members)
    }

    func without(_ key: String) -> JSONValue {
        var members = objectValue ?? [:]
        members[key] = nil
        return .object(members)
    }
}

extension BadWorkRequestTests {
    static let notDocuments: [Bad] = [
        Bad("an empty body", text: ""), Bad("white space", text: " \n"), Bad("not JSON", text: "caseId=7"),
        Bad("cut off", text: #"{"caseId":"bad""#, field: "caseId"), Bad("two documents", text: "{} {}"),
        Bad("a list", text: "[]"),
        Bad("a text", text: #""bad""#), Bad("null", text: "null"),
        Bad("not UTF-8", bytes: Array(#"{"caseId":"ba"#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8), field: "caseId"),
        Bad("a NUL byte", bytes: Array(#"{"caseId":"ba"#.utf8) + [0] + Array(#""}"#.utf8), field: "caseId"),
        Bad("a byte-order mark", bytes: [0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
        Bad(
            "too deep", text: String(repeating: "[", count: 100_000), field: String(repeating: "[0]", count: 64)),
        Bad("a key twice", text: #"{"caseId":"bad","caseId":"bad"}"#, field: "caseId"),
    ]

    static var wrongFields: [Bad] {
        get throws {
            let good = CaseBody.good
            return [
                try Bad("no case id", good.without("caseId"), field: "caseId"),
                try Bad("a null case id", good.with("caseId", nil), field: "caseId"),
                try Bad("a number for a case id", good.with("caseId", 7), field: "caseId"),
                try Bad("no webhook address", good.without("webhookUrl"), field: "webhookUrl"),
                try Bad("a number for an address", good.with("webhookUrl", 7), field: "webhookUrl"),
                try Bad("a text for a list", good.with("evidence", "none"), field: "evidence"),
                try Bad("an object for a list", good.with("locations", [:]), field: "locations"),
                try Bad("a text for an item", good.with("evidence", ["lamp"]), field: "evidence[0]"),
                try Bad(
                    "a number for a name", good.with("evidence", [CaseBody.item("e", name: 7)]),
                    field: "evidence[0].name"),
                try Bad(
                    "an item without a name", good.with("evidence", [["id": "e", "description": ""]]),
                    field: "evidence[0].name"),
                try Bad(
                    "an empty name", good.with("evidence", [CaseBody.item("e", name: "  ")]), field: "evidence[0].name"),
                try Bad(
                    "a long name",
                    good.with("locations", [CaseBody.item("e", name: .string(String(repeating: "é", count: 201)))]),
                    field: "locations[0].name"),
                try Bad(
                    "a long description",
                    good.with(
                        "evidence", [CaseBody.item("e", description: .string(String(repeating: "x", count: 4_001)))]),
                    field: "evidence[0].description"),
            ]
        }
    }

    static var wrongImages: [Bad] {
        get throws {
            let item = CaseBody.item("same")
            return [
                try Bad(
                    "no images", CaseBody.good.with("evidence", []).with("locations", []), field: "evidence"),
                try Bad("no lists", CaseBody.good.without("evidence").without("locations"), field: "evidence"),
                try Bad(
                    "201 images", CaseBody.images(201).with("artifactUrl", "http://127.0.0.1:9/a"), field: "evidence"),
                try Bad("33 images inline", CaseBody.images(33), field: "artifactUrl"),
                try Bad("an id twice", CaseBody.good.with("evidence", [item, item]), field: "evidence[1].id"),
                try Bad(
                    "an id in both lists", CaseBody.good.with("evidence", [item]).with("locations", [item]),
                    field: "locations[0].id"),
            ]
        }
    }

    static var wrongIDs: [Bad] {
        get throws {
            let ids = [
                "", ".", "..", "a/b", "../up", #"a\b"#, "a b", "a:b", "a%2Fb", "naïve", "a\nb",
                String(repeating: "x", count: 129), String(repeating: "x", count: 600),
            ]
            var table: [Bad] = []
            for id in ids {
                table.append(try Bad("case id \(id)", CaseBody.good.with("caseId", .string(id)), field: "caseId"))
                table.append(
                    try Bad(
                        "asset id \(id)", CaseBody.good.with("evidence", [CaseBody.item(id)]), field: "evidence[0].id"))
            }
            table.append(Bad("an escaped NUL", text: #"{"caseId":"a\u0000b"}"#, field: "caseId"))
            return table
        }
    }

    static var wrongAddresses: [Bad] {
        get throws {
            let addresses = [
                "", "hook", "/hook", "//host/hook", "ftp://host/hook", "file:///etc/passwd", "javascript:alert(1)",
                "gopher://host/", "http://", "http:///hook", "http://user:word@host/hook", "https://user@host/hook",
                "https://host/hook#part", "http://host:0/hook", "http://host:70000/hook", "http://host:x/hook",
                "http://ho st/hook", "http://host/ho\r\nok", "https://host/" + String(repeating: "x", count: 2_048),
            ]
            return try addresses.flatMap { address in
                try ["webhookUrl", "artifactUrl"].map { field in
                    try Bad("\(field) \(address)", CaseBody.good.with(field, .string(address)), field: field)
                }
            }
        }
    }

    static var wrongNumbering: [Bad] {
        get throws {
            let numbered = CaseBody.good.with("jobId", "job-1").with("epoch", 1).with("claim", "claim-1")
            return [
                try Bad("a job id alone", CaseBody.good.with("jobId", "job-1"), field: "jobId"),
                try Bad("no claim", numbered.without("claim"), field: "jobId"),
                try Bad("epoch 0", numbered.with("epoch", 0), field: "epoch"),
                try Bad("half an epoch", numbered.with("epoch", 1.5), field: "epoch"),
                try Bad("a huge epoch", numbered.with("epoch", 1e300), field: "epoch"),
                try Bad("a job id that is ours to give", numbered.with("jobId", "case.bad"), field: "jobId"),
                try Bad("a job id with a slash", numbered.with("jobId", "a/b"), field: "jobId"),
                try Bad("a fence in the past", numbered.with("stopBy", 1_000), field: "stopBy"),
                try Bad(
                    "no time", CaseBody.good.with("options", ["attemptTimeout": 0]), field: "options.attemptTimeout"),
                try Bad(
                    "too many attempts", CaseBody.good.with("options", ["maxAttempts": 21]),
                    field: "options.maxAttempts"),
                try Bad(
                    "an unknown schedule", CaseBody.good.with("options", ["schedule": "x"]), field: "options.schedule"),
                try Bad(
                    "a kept asset with a wrong hash",
                    numbered.with(
                        "kept",
                        [
                            [
                                "id": "evidence-1", "attempts": 1,
                                "picture": ["hash": "x", "bytes": 1, "mediaType": "image/jpeg"],
                            ]
                        ]),
                    field: "kept[0].picture.hash"),
            ]
        }
    }

    static var wrongRuns: [Bad] {
        get throws {
            let good = RunBody.good
            func asset(_ key: String, _ value: JSONValue) -> JSONValue {
                good.with("assets", [RunBody.asset.with(key, value)])
            }
            return [
                try Bad(
                    "no numbering", good.without("jobId").without("epoch").without("claim"), field: "jobId"),
                try Bad("no assets", good.without("assets"), field: "assets"),
                try Bad("an empty list", good.with("assets", []), field: "assets"),
                try Bad("an id twice", good.with("assets", [RunBody.asset, RunBody.asset]), field: "assets[1].id"),
                try Bad("no prompt", asset("prompt", " "), field: "assets[0].prompt"),
                try Bad("a wrong kind", asset("kind", "a/b"), field: "assets[0].kind"),
                try Bad("an unknown transform", asset("transform", "gif"), field: "assets[0].transform"),
                try Bad("a text for a priority", asset("priority", "high"), field: "assets[0].priority"),
                try Bad("no webhook address", good.without("webhookUrl"), field: "webhookUrl"),
            ]
        }
    }
}
