/// A script inside a prompt, so that a case file alone can stage it:
/// `[[sim: delay 300, flaky 2 status 429]]`.
///
/// Steps are separated by commas. `delay N` waits N milliseconds, `hold` waits for a release; `status N`, `flaky N`
/// (with an optional ending after the number), `poll N ENDING`, `download ENDING`, `failed CODE` and every plain name
/// end the call. A marker that cannot be read is answered as a refused request, never passed over.
enum Marker {
    private static let opening = "[[sim:"
    private static let closing = "]]"

    /// - Returns: nil when the prompt has no marker.
    static func script(in prompt: String) throws(ScenarioError) -> Script? {
        guard prompt.containsBytes(of: opening), let body = body(of: prompt) else { return nil }
        let steps = body.split(separator: ",").map { $0.split(separator: " ") }.filter { !$0.isEmpty }
        guard !steps.isEmpty, steps.count <= Script.maximumPauses + 1 else {
            throw unreadable(body)
        }
        var script = Script()
        for (index, words) in steps.enumerated() {
            if let pause = pause(words) {
                script.pauses.append(pause)
            } else if index == steps.count - 1, let ending = ending(words[...]) {
                script.ending = ending
            } else {
                throw unreadable(words.joined(separator: " "))
            }
        }
        return script
    }

    private static func unreadable(_ text: String) -> ScenarioError {
        ScenarioError(path: "prompt", message: "the marker's \"\(text.prefix(80))\" means nothing to the simulator")
    }

    private static func body(of prompt: String) -> String? {
        let bytes = Array(prompt.utf8)
        let open = Array(opening.utf8)
        let close = Array(closing.utf8)
        let starts = bytes.indices.filter { bytes[$0...].starts(with: open) }
        guard let start = starts.first.map({ $0 + open.count }) else { return nil }
        let end = (start..<bytes.count).first { bytes[$0...].starts(with: close) } ?? bytes.count
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func pause(_ words: [Substring]) -> Pause? {
        if words == ["hold"] { return .hold }
        guard words.count == 2, words[0] == "delay", let milliseconds = Int(words[1]),
            StepReader.milliseconds.contains(milliseconds)
        else { return nil }
        return .fixed(milliseconds: milliseconds)
    }

    private static func ending(_ words: ArraySlice<Substring>) -> Ending? {
        guard let name = words.first else { return nil }
        let rest = words.dropFirst()
        switch name {
        case "status":
            guard rest.count == 1, let status = rest.first.flatMap({ Int($0) }), Fault.statuses.contains(status) else {
                return nil
            }
            return .fault(Fault(status: status))
        case "flaky":
            guard let failures = rest.first.flatMap({ Int($0) }), failures > 0 else { return nil }
            let with = rest.dropFirst()
            if with.isEmpty { return .flaky(failures: failures, with: .fault(Fault(status: 503))) }
            guard with.first != "flaky", let ending = ending(with) else { return nil }
            return .flaky(failures: failures, with: ending)
        case "poll":
            guard let failures = rest.first.flatMap({ Int($0) }), failures > 0 else { return nil }
            guard let ending = ending(rest.dropFirst()), ending.concernsOneAnswer else { return nil }
            return .prediction(.poll(failures: failures, with: ending))
        case "download":
            guard let ending = ending(rest), ending.concernsOneAnswer else { return nil }
            return .download(ending)
        case "failed":
            guard rest.count == 1, let code = rest.first else { return nil }
            return .prediction(.failed(error: PredictionEnding.errorText(code: String(code))))
        default:
            return rest.isEmpty ? Ending(named: String(name)) : nil
        }
    }
}
