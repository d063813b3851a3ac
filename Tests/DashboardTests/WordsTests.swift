import Dashboard
import JobModel
import Testing

/// Both languages have the same words, and every word that is asked for.
@Suite("The dashboard's words")
struct WordsTests {
    private struct Words {
        var texts: [String: String] = [:]
        /// Keys that stand there twice.
        var repeated: [String] = []
    }

    private func words(_ name: String) throws -> Words {
        let file = try #require(DashboardFile.all.first { $0.name == name })
        var words = Words()
        for match in String(decoding: file.bytes, as: UTF8.self).matches(of: #/"([\w.]+)":\s+"([^"]*)"/#) {
            let key = String(match.output.1)
            if words.texts.updateValue(String(match.output.2), forKey: key) != nil { words.repeated.append(key) }
        }
        return words
    }

    private func values(in text: String) -> [String] {
        text.matches(of: #/\{(\w+)\}/#).map { String($0.output.1) }.sorted()
    }

    @Test func languagesHaveTheSameWords() throws {
        let (english, japanese) = (try words("words-en.js"), try words("words-ja.js"))
        #expect(english.texts.count > 200)
        #expect(english.repeated.isEmpty && japanese.repeated.isEmpty)
        #expect(Set(english.texts.keys) == Set(japanese.texts.keys))
        for (key, text) in english.texts {
            let other = japanese.texts[key] ?? ""
            #expect(!text.isEmpty && !other.isEmpty && values(in: text) == values(in: other), "\(key)")
        }
    }

    /// The page's modules without the words themselves, by their names.
    private static let sources = DashboardFile.all
        .filter { $0.name.hasSuffix(".js") && !$0.name.hasPrefix("words-") }
        .map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }

    /// What keys are put together from: the first part, and all that may come behind the dot. Nil where that is open, and
    /// the page has a word for the rest.
    private static let composed: [String: Set<String>?] = [
        "state": Set(JobStatus.allCases.map(\.rawValue) + AssetState.allCases.map(\.rawValue)),
        "missing": Set(AssetState.allCases.map(\.rawValue)).subtracting(["generated"]),
        "what": Set(JournalEntry.What.allCases.map(\.rawValue)),
        "kind": Set(MediaError.Kind.allCases.map(\.rawValue)),
        "delivery": Set(DeliveryTry.Outcome.allCases.map(\.rawValue)),
        "family": Set(JobFamily.allCases.map(\.rawValue) + ["all"]),
        "live": ["on", "polling", "off", "over"],
        "theme": ["auto", "dark", "light"],
        "window": ["1h", "24h", "7d", "31d"],
        "plot": ["made", "failed", "canceled"],
        "error": nil,
    ]

    /// Any text of the form of a key whose first part is that of keys: in tables, too.
    @Test func everyWordThatIsAskedForIsThere() throws {
        let known = try words("words-en.js").texts
        let groups = Set(known.keys.compactMap { $0.split(separator: ".").first })
        for (name, source) in Self.sources {
            for match in source.matches(of: #/"((\w+)\.\w+)"/#) where groups.contains(match.output.2) {
                #expect(known[String(match.output.1)] != nil, "\(name) asks for \(match.output.1)")
            }
        }
    }

    @Test func keysArePutTogetherOfWhatTheServerSays() throws {
        let known = Set(try words("words-en.js").texts.keys)
        let found = Self.sources.flatMap { $0.1.matches(of: #/`(\w+)\.\$\{/#).map { String($0.output.1) } }
            .filter { name in known.contains { $0.hasPrefix("\(name).") } }
        #expect(Set(found) == Set(Self.composed.keys))
        for (group, names) in Self.composed {
            guard let names else { continue }
            let words = known.filter { $0.hasPrefix("\(group).") }
            #expect(words == Set(names.map { "\(group).\($0)" }), "\(group)")
        }
    }

    @Test func noWordIsThereForNothing() throws {
        for key in try words("words-en.js").texts.keys.sorted() {
            let group = String(key.prefix { $0 != "." })
            let isUsed = Self.composed.keys.contains(group) || Self.sources.contains { $0.1.contains("\"\(key)\"") }
            #expect(isUsed, "\(key)")
        }
    }

    /// What to do about a failure is known by its kind.
    @Test func everyNextStepIsOfAKind() throws {
        let source = try #require(Self.sources.first { $0.0 == "failureBanner.js" }?.1)
        let table = try #require(source.firstMatch(of: #/const nextSteps = \{([^}]+)\}/#)?.output.1)
        let kinds = table.matches(of: #/(\w+): "next/#).map { String($0.output.1) }
        #expect(kinds.count > 10)
        for kind in kinds { #expect(MediaError.Kind(rawValue: kind) != nil, "\(kind)") }
    }

    /// The seed's own texts.
    @Test func japaneseSaysWhatTheFirstScreenSaid() throws {
        let texts = try words("words-ja.js").texts
        for (key, text) in [
            ("job.waiting", "生成待機中..."), ("job.running", "生成中... ({provider})"), ("banner.title", "外部生成に失敗しました"),
            ("banner.retries", "リトライ回数: {n}/{max}"), ("banner.spent", "{n}回リトライしましたが失敗しました"),
            ("ask.local", "外部生成に失敗しました。ローカル生成に切り替えますか？"), ("act.retry", "再試行"),
            ("act.local", "ローカル生成に切り替え"),
        ] {
            #expect(texts[key] == text)
        }
    }
}
