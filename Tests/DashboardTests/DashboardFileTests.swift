import Dashboard
import Testing

/// What the dashboard is made of fits together: nothing is asked for that is not there, and nothing lies about unused.
@Suite("The dashboard's files")
struct DashboardFileTests {
    private static let files = Dictionary(
        uniqueKeysWithValues: DashboardFile.all.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
    private static let modules = files.filter { $0.key.hasSuffix(".js") }.sorted { $0.key < $1.key }.map(\.key)

    private func text(_ name: String) throws -> String { try #require(Self.files[name], "there is no \(name)") }

    /// The texts that the expression captures.
    private func all(_ expression: Regex<(Substring, Substring)>, in text: String) -> [String] {
        text.matches(of: expression).map { String($0.output.1) }
    }

    @Test func thePageNamesEveryFile() throws {
        let page = try text(DashboardFile.page)
        let named = all(#/(?:href|src)="\/dashboard\/([^"]+)"/#, in: page)
        #expect(Set(named) == Set(Self.files.keys).subtracting([DashboardFile.page]))
        #expect(named.count == Set(named).count)
    }

    @Test func modulesImportWhatIsThere() throws {
        for name in Self.modules {
            let source = try text(name)
            for imported in all(#/from "\.\/([^"]+)"/#, in: source) {
                #expect(Self.files[imported] != nil, "\(name) imports \(imported)")
            }
            for (names, file) in source.matches(of: #/import \{([^}]+)\} from "\.\/([^"]+)"/#).map({
                ($0.output.1, $0.output.2)
            }) {
                let other = try text(String(file))
                for word in names.split(separator: ",") {
                    let word = String(word.split(separator: " ").first ?? "").filter { !$0.isWhitespace }
                    let expression = try Regex("export (?:async )?(?:function|const|class) \(word)\\b")
                        .wordBoundaryKind(.simple)
                    #expect(other.contains(expression), "\(name): \(file) has no \(word)")
                    let use = try Regex("\\b\(word)\\b").wordBoundaryKind(.simple)
                    #expect(source.matches(of: use).count > 1, "\(name) does not use \(word)")
                }
            }
        }
    }

    /// What comes from outside is text, and the page keeps its own content security policy.
    @Test func nothingIsMadeOfMarkup() throws {
        let forbidden = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
            "setAttribute(\"style\"",
            "javascript:", "http://", "https://",
        ]
        for name in Self.modules {
            var source = try text(name)
            source = source.replacing("http://www.w3.org/2000/svg", with: "")
            for word in forbidden { #expect(!source.contains(word), "\(name) has \(word)") }
        }
        let page = try text(DashboardFile.page)
        #expect(!page.contains("style=") && !page.contains("<style") && !page.contains("<script>"))
        for name in Self.files.keys where name.hasSuffix(".css") {
            #expect(!(try text(name)).contains("url("), "\(name) asks for something")
        }
    }

    @Test func mediaTypes() throws {
        let types = Set(DashboardFile.all.map(\.mediaType))
        #expect(
            types == [
                "text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8",
                "image/svg+xml",
            ])
    }
}
