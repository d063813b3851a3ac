import JSONCoding

/// Reads what ends a call: a name, or an object that carries its detail.
enum EndingReader {
    static func ending(_ field: FieldReader) throws(ScenarioError) -> Ending {
        if case .string(let name) = field.value {
            guard let ending = Ending(named: name) else {
                throw field.fail("unknown; known are \(Ending.names.joined(separator: ", "))")
            }
            return ending
        }
        guard case .object(let fields) = field.value else { throw field.fail("must be a name or an object") }
        for (key, read) in forms where fields[key] != nil { return try read(field) }
        throw field.fail("must have one of delay, \(forms.map(\.key).joined(separator: ", "))")
    }

    private typealias Form = @Sendable (FieldReader) throws(ScenarioError) -> Ending

    private static let forms: [(key: String, read: Form)] = [
        (
            "image",
            { (field) throws(ScenarioError) in
                .picture(try StepReader.pictureChoice(try field.object(allowing: ["image"]).required("image")))
            }
        ),
        ("status", fault), ("flaky", flaky), ("refusal", refusal), ("drip", drip), ("huge-body", hugeBody),
        ("download", download), ("poll", poll), ("failed", failed), ("output", output), ("webhook", webhook),
    ]

    private static func fault(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: [
            "status", "retryInfoMs", "retryAfter", "messageHintMs", "quotaId", "reason", "message",
        ])
        let status = try object.required("status")
        let code = try status.integer(100...599)
        guard Fault.statuses.contains(code) else {
            throw status.fail("must be one of \(Fault.statuses.map(String.init).joined(separator: ", "))")
        }
        var fault = Fault(status: code)
        fault.retryInfoMs = try object["retryInfoMs"]?.integer(StepReader.milliseconds)
        fault.retryAfter = try object["retryAfter"]?.integer(0...86_400)
        fault.messageHintMs = try object["messageHintMs"]?.integer(StepReader.milliseconds)
        fault.quotaId = try object["quotaId"]?.string()
        fault.reason = try object["reason"]?.string()
        fault.message = try object["message"]?.string()
        return .fault(fault)
    }

    private static func flaky(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["flaky", "with"])
        let failures = try object.required("flaky").integer(1...1_000_000)
        guard let with = object["with"] else { return .flaky(failures: failures, with: .fault(Fault(status: 503))) }
        let ending = try ending(with)
        if case .flaky = ending { throw with.fail("must not be flaky itself") }
        return .flaky(failures: failures, with: ending)
    }

    private static func refusal(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["refusal", "reason"])
        let kind = try object.required("refusal")
        let reason = try object["reason"]?.string()
        switch try kind.string() {
        case "prompt-blocked": return .refusal(.promptBlocked(reason: reason))
        case "image-blocked": return .refusal(.imageBlocked(reason: reason))
        case "text-only": return .refusal(.textOnly)
        case "some-blocked": return .refusal(.someBlocked)
        default: throw kind.fail("must be one of prompt-blocked, image-blocked, text-only, some-blocked")
        }
    }

    private static func drip(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["drip"]).required("drip").object(allowing: ["intervalMs"])
        return .drip(intervalMs: try object["intervalMs"]?.integer(1...StepReader.milliseconds.upperBound) ?? 1_000)
    }

    private static func hugeBody(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["huge-body"]).required("huge-body")
            .object(allowing: ["bytes", "declared"])
        return .hugeBody(
            bytes: try object["bytes"]?.integer(1...StepReader.largestBody) ?? Ending.defaultHugeBody,
            declared: try object["declared"]?.bool() ?? true)
    }

    private static func download(_ field: FieldReader) throws(ScenarioError) -> Ending {
        .download(try oneAnswer(try field.object(allowing: ["download"]).required("download")))
    }

    private static func poll(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["poll", "with"])
        let failures = try object.required("poll").integer(1...1_000_000)
        let ending = try object["with"].map { (with) throws(ScenarioError) in try oneAnswer(with) }
        return .prediction(.poll(failures: failures, with: ending ?? .fault(Fault(status: 503))))
    }

    private static func oneAnswer(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let ending = try ending(field)
        guard ending.concernsOneAnswer else { throw field.fail("must concern one answer: an error, a hang, a cut…") }
        return ending
    }

    private static func failed(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["failed", "message"])
        let code = try object.required("failed").string()
        guard let message = try object["message"]?.string() else {
            return .prediction(.failed(error: PredictionEnding.errorText(code: code)))
        }
        return .prediction(.failed(error: code.isEmpty ? message : "\(message) (\(code))"))
    }

    private static func output(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let shape = try field.object(allowing: ["output"]).required("output")
        return .prediction(.output(try shape.choice(OutputShape.self)))
    }

    private static func webhook(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let fate = try field.object(allowing: ["webhook"]).required("webhook")
        switch fate.value {
        case .string("never"): return .prediction(.webhook(.never))
        case .string("twice"): return .prediction(.webhook(.twice))
        case .string("forged"): return .prediction(.webhook(.forged))
        case .object:
            let late = try fate.object(allowing: ["lateMs"]).required("lateMs")
            return .prediction(.webhook(.late(milliseconds: try late.integer(StepReader.milliseconds))))
        default: throw fate.fail("must be \"never\", \"twice\", \"forged\" or {\"lateMs\": …}")
        }
    }
}
