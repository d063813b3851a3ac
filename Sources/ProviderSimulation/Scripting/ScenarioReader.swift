import JSONCoding

extension Scenario {
    private static let keysOfRule = [
        "name", "prompt", "promptEquals", "model", "counting", "calls", "from", "until", "probability", "continue",
        "do",
    ]

    /// Reads a scenario document.
    ///
    /// - Parameter readFile: gives the bytes of a picture file a scenario names; `nil` where files may not be named.
    init(
        document bytes: [UInt8], readFile: ((String) throws(ScenarioError) -> Picture)?
    ) throws(ScenarioError) {
        let value: JSONValue
        do {
            value = try JSON.decode(JSONValue.self, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBytes))
        } catch {
            throw ScenarioError(path: error.path, message: error.message)
        }
        let root = try FieldReader(value: value, path: "")
            .object(allowing: ["seed", "keys", "models", "picture", "flavor", "output", "rules", "default"])
        seed = try root["seed"].map { (field) throws(ScenarioError) in UInt64(try field.integer(0...Int.max)) }
        keys = try root["keys"].map { (field) throws(ScenarioError) in Set(try field.strings(atMost: 1_000)) }
        models = try root["models"].map { (field) throws(ScenarioError) in Set(try field.strings(atMost: 1_000)) }
        if let field = root["picture"] { picture = try StepReader.pictureChoice(field) }
        if let field = root["flavor"] { flavor = try field.choice(OpenAIFlavor.self) }
        output = try root["output"]?.choice(OutputShape.self)
        if let field = root["rules"] {
            for item in try field.list(atMost: Self.maximumRules) { rules.append(try Self.rule(item)) }
        }
        if let field = root["default"] { otherwise = try StepReader.script(field) }
        for (path, place) in fileNames(pictureField: root["picture"]) {
            guard let readFile else {
                throw ScenarioError(path: place, message: "files can be named only in a file given at the start")
            }
            do { files[path] = try readFile(path) } catch {
                throw ScenarioError(path: place, message: error.message)
            }
        }
    }

    private static func rule(_ field: FieldReader) throws(ScenarioError) -> Rule {
        let object = try field.object(allowing: keysOfRule)
        let script = try StepReader.script(try object.required("do"))
        let goesOn = try object["continue"]?.bool() ?? false
        if goesOn && script.ending != .picture(nil) {
            throw ScenarioError(
                path: ObjectReader.join(object.path, "do"), message: "may only wait, because the rule continues")
        }
        return Rule(
            name: try object["name"]?.string() ?? field.path, match: try match(object), script: script, goesOn: goesOn)
    }

    private static func match(_ object: ObjectReader) throws(ScenarioError) -> Match {
        var match = Match()
        if let field = object["prompt"] {
            if case .array = field.value {
                match.prompts = try field.strings(atMost: 1_000)
            } else {
                match.prompts = [try field.string()]
            }
        }
        match.promptEquals = try object["promptEquals"]?.string()
        match.model = try object["model"]?.string()
        if let field = object["counting"] { match.counting = try field.choice(Match.Counting.self) }
        for field in try object["calls"]?.list(atMost: 1_000) ?? [] {
            match.calls.insert(try field.integer(1...Int.max))
        }
        match.from = try object["from"]?.integer(1...Int.max) ?? match.from
        match.until = try object["until"]?.integer(1...Int.max) ?? match.until
        match.probability = try object["probability"]?.number(0...1) ?? 1
        return match
    }

    /// The picture files named anywhere, with the first place that names each.
    private func fileNames(pictureField: FieldReader?) -> [(path: String, place: String)] {
        var choices: [(PictureChoice?, String)] = [(picture, "picture")]
        choices += rules.enumerated().map { ($1.script.ending.pictureChoice, "rules[\($0)].do") }
        choices.append((otherwise.ending.pictureChoice, "default"))
        var seen: Set<String> = []
        return choices.compactMap { choice, place in
            guard case .file(let path)? = choice, seen.insert(path).inserted else { return nil }
            return (path, place)
        }
    }
}

extension Ending {
    fileprivate var pictureChoice: PictureChoice? {
        switch self {
        case .picture(let choice): choice
        case .flaky(_, let ending): ending.pictureChoice
        default: nil
        }
    }
}
