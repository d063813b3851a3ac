import Dashboard
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

    @Test func everyWordThatIsAskedForIsThere() throws {
        let known = try words("words-en.js").texts
        for file in DashboardFile.all where file.name.hasSuffix(".js") {
            let source = String(decoding: file.bytes, as: UTF8.self)
            for match in source.matches(of: #/\bt\("([\w.]+)"/#) {
                #expect(known[String(match.output.1)] != nil, "\(file.name) asks for \(match.output.1)")
            }
        }
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
