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
                script.ending = try EndingReader.ending(step)
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
}
