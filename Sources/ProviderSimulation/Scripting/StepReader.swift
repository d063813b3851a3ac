import JSONCoding

/// Reads what a rule does: one step, or a list of waits with at most one ending at its end.
enum StepReader {
    /// A day: longer waits are `hold` or a hang.
    static let milliseconds = 0...86_400_000
    static let largestBody = 1 << 30

    static func script(_ field: FieldReader) throws(ScenarioError) -> Script {
        let steps: [FieldReader]
        if case .array = field.value {
            steps = try field.list(atMost: Script.maximumPauses + 1)
        } else {
            steps = [field]
        }
        var script = Script()
        for (index, step) in steps.enumerated() {
            if let pause = try pause(step) {
                script.pauses.append(pause)
            } else if index == steps.count - 1 {
                script.ending = try ending(step)
            } else {
                throw step.fail("an ending must be the last step")
            }
        }
        guard script.pauses.count <= Script.maximumPauses else {
            throw field.fail("may wait at most \(Script.maximumPauses) times")
        }
        return script
    }

    static func pictureChoice(_ field: FieldReader) throws(ScenarioError) -> PictureChoice {
        switch field.value {
        case .string("png"): return .png
        case .string("jpeg"): return .jpeg
        case .object: return .file(try field.object(allowing: ["file"]).required("file").string())
        default: throw field.fail("must be \"png\", \"jpeg\" or {\"file\": …}")
        }
    }

    private static func pause(_ field: FieldReader) throws(ScenarioError) -> Pause? {
        if case .string("hold") = field.value { return .hold }
        guard case .object(let fields) = field.value, fields["delay"] != nil else { return nil }
        let delay = try field.object(allowing: ["delay"]).required("delay")
        if case .int = delay.value { return .fixed(milliseconds: try delay.integer(milliseconds)) }
        let object = try delay.object(allowing: ["ms", "medianMs", "sigma", "stragglerShare", "stragglerMs"])
        if let fixed = object["ms"] {
            if let other = ["medianMs", "sigma", "stragglerShare", "stragglerMs"].first(where: { object[$0] != nil }) {
                throw ScenarioError(path: ObjectReader.join(delay.path, other), message: "does not go with ms")
            }
            return .fixed(milliseconds: try fixed.integer(milliseconds))
        }
        let bound = Double(milliseconds.lowerBound)...Double(milliseconds.upperBound)
        return .spread(
            Spread(
                medianMs: try object.required("medianMs").number(bound),
                sigma: try object["sigma"]?.number(0...4) ?? 0,
                stragglerShare: try object["stragglerShare"]?.number(0...1) ?? 0,
                stragglerMs: try object["stragglerMs"]?.number(bound) ?? 0))
    }

    private static func ending(_ field: FieldReader) throws(ScenarioError) -> Ending {
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
                .picture(try pictureChoice(try field.object(allowing: ["image"]).required("image")))
            }
        ),
        ("status", fault), ("flaky", flaky), ("refusal", refusal), ("drip", drip), ("huge-body", hugeBody),
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
        fault.retryInfoMs = try object["retryInfoMs"]?.integer(milliseconds)
        fault.retryAfter = try object["retryAfter"]?.integer(0...86_400)
        fault.messageHintMs = try object["messageHintMs"]?.integer(milliseconds)
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
        case "prompt-blocked": return .refusal(.promptBlocked(reason: reason ?? "PROHIBITED_CONTENT"))
        case "image-blocked": return .refusal(.imageBlocked(reason: reason ?? "IMAGE_SAFETY"))
        case "text-only": return .refusal(.textOnly)
        default: throw kind.fail("must be one of prompt-blocked, image-blocked, text-only")
        }
    }

    private static func drip(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["drip"]).required("drip").object(allowing: ["intervalMs"])
        return .drip(intervalMs: try object["intervalMs"]?.integer(1...milliseconds.upperBound) ?? 1_000)
    }

    private static func hugeBody(_ field: FieldReader) throws(ScenarioError) -> Ending {
        let object = try field.object(allowing: ["huge-body"]).required("huge-body")
            .object(allowing: ["bytes", "declared"])
        return .hugeBody(
            bytes: try object["bytes"]?.integer(1...largestBody) ?? Ending.defaultHugeBody,
            declared: try object["declared"]?.bool() ?? true)
    }
}
