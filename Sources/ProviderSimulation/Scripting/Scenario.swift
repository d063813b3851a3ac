/// What the simulator does with the calls it gets; swapped as a whole. Its document is described in
/// `docs/provider-simulator.md`.
public struct Scenario: Sendable {
    static let maximumRules = 1_000
    static let maximumBytes = 1 << 20

    var seed: UInt64?
    /// The API keys taken; `nil` takes any that is not empty.
    var keys: Set<String>?
    /// The models known; `nil` knows every one.
    var models: Set<String>?
    var picture = PictureChoice.png
    /// Which server the OpenAI-style form imitates.
    var flavor = OpenAIFlavor.openai
    /// How a prediction's output names its pictures; nil goes by the number asked for.
    var output: OutputShape?
    var rules: [Rule] = []
    /// What no rule decides.
    var otherwise = Script()
    /// The files that pictures name, read when the scenario was.
    var files: [String: Picture] = [:]

    /// Every call is answered with a picture at once.
    public init() {}

    /// Reads a document that names no picture files.
    ///
    /// - Throws: ``ScenarioError`` with the path of the field.
    public init(document: [UInt8]) throws(ScenarioError) {
        self = try Scenario(document: document, readFile: nil)
    }

    /// Reads a file; the picture files it names are found beside it.
    ///
    /// - Throws: ``ScenarioError`` with the path of the field, or the reason why a file cannot be read.
    public init(file path: String) throws(ScenarioError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        self = try Scenario(
            document: try FileBytes.read(path, atMost: Self.maximumBytes),
            readFile: { (name) throws(ScenarioError) in
                try Picture(file: name.hasPrefix("/") ? name : folder + name)
            })
    }
}

struct Rule: Sendable {
    /// Shown in the record of each call it decided.
    var name: String
    var match: Match
    var script: Script
    /// Adds its waits and lets the rules below decide the ending.
    var goesOn = false
}

struct Match: Sendable {
    /// What `calls`, `from` and `until` count.
    enum Counting: String, CaseIterable, Sendable {
        /// The calls of the same prompt.
        case prompt
        /// The calls that this rule's prompt and model fit.
        case rule
        /// All calls.
        case all
    }

    /// Any of these texts inside the prompt; empty fits all.
    var prompts: [String] = []
    /// The whole prompt.
    var promptEquals: String?
    var model: String?
    var counting = Counting.prompt
    var calls: Set<Int> = []
    var from = 1
    var until = Int.max
    var probability = 1.0

    func fits(prompt: String, model called: String) -> Bool {
        if let promptEquals, promptEquals != prompt { return false }
        if let model, model != called { return false }
        return prompts.isEmpty || prompts.contains { prompt.containsBytes(of: $0) }
    }

    func fits(count: Int) -> Bool {
        (calls.isEmpty || calls.contains(count)) && count >= from && count <= until
    }
}

extension String {
    /// By bytes: a prompt is what was sent, not what looks alike.
    func containsBytes(of other: String) -> Bool {
        let hay = Array(utf8)
        let needle = Array(other.utf8)
        guard let first = needle.first else { return true }
        guard needle.count <= hay.count else { return false }
        return (0...(hay.count - needle.count)).contains { start in
            hay[start] == first && hay[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}
