import DarkroomCLI
import JSONCoding
import JobModel
import Testing

@Suite struct ContactSheetTests {
    private func tile(
        _ index: Int, _ kind: AssetKind = .evidence, name: String = "Brass key", state: AssetState = .generated,
        reason: String? = nil, jpeg: [UInt8]? = [0xFF, 0xD8, 1, 2, 3]
    ) throws -> ContactSheet.Tile {
        ContactSheet.Tile(
            id: try AssetID("a-\(index)"), name: name, kind: kind, state: state, reason: reason, jpeg: jpeg)
    }

    @Test func aCaseIsTwoRowsOfFiveAndOneOfFour() throws {
        let tiles = try (1...14).map { try tile($0, $0 <= 10 ? .evidence : .location) }
        let sheet = ContactSheet(title: "case-1", status: "completed 14/14", tiles: tiles)
        #expect(sheet.size.width == 1600)
        #expect(sheet.svg.contains("EVIDENCE  10/10") && sheet.svg.contains("LOCATION  4/4"))
        let images = sheet.svg.split(separator: "<image ").dropFirst()
        let rows = Set(images.compactMap { $0.split(separator: "y=\"").dropFirst().first?.prefix { $0 != "\"" } })
        #expect(images.count == 14 && rows.count == 3)
        #expect(images.allSatisfy { $0.contains("base64,\(Base64.encode([0xFF, 0xD8, 1, 2, 3]))\"") })
    }

    @Test func whatIsMissingSaysWhy() throws {
        let reason = "Refused <by> \"policy\" & co."
        let parked = try tile(1, state: .needsPromptUpdate, reason: reason, jpeg: nil)
        let sheet = ContactSheet(title: "<case> & co", status: "failed 0/1", tiles: [parked])
        #expect(!sheet.svg.contains("<image"))
        #expect(sheet.svg.contains("needs new words"))
        #expect(sheet.svg.contains("Refused &lt;by&gt; &quot;policy&quot; &amp; co."))
        #expect(sheet.svg.contains("&lt;case&gt; &amp; co"))
    }

    @Test func everyStateHasItsOwnWordAndShape() throws {
        let shapes = try AssetState.allCases.map { state in
            let svg = ContactSheet(title: "c", status: "s", tiles: [try tile(1, state: state, jpeg: nil)]).svg
            return svg.split(separator: "scale(3)").dropFirst().first?.split(separator: ">\n").first
        }
        #expect(Set(shapes).count == AssetState.allCases.count && !shapes.contains(nil))
    }

    @Test(arguments: [0, 1, 5, 6, 57, 200])
    func anyNumberOfTilesFits(count: Int) throws {
        let tiles = try (0..<count).map { try tile($0, AssetKind("kind-\($0)"), name: "真夜中の証拠品 \($0)") }
        let sheet = ContactSheet(title: "case", status: "completed", tiles: tiles)
        #expect(sheet.svg.split(separator: "<image ").count == count + 1)
        #expect(sheet.size.width * sheet.size.height < 40_000_000)
        let bottoms = sheet.svg.split(separator: "<image ").dropFirst().compactMap { part in
            part.split(separator: "y=\"").dropFirst().first.flatMap { Int($0.prefix { $0 != "\"" }) }
        }
        #expect(bottoms.allSatisfy { $0 + 361 + 40 < sheet.size.height })
    }

    @Test func fallbacksSayThatTheyAre() throws {
        var drawn = try tile(1)
        #expect(!ContactSheet(title: "c", status: "s", tiles: [drawn]).svg.contains("FALLBACK"))
        drawn.isFallback = true
        let sheet = ContactSheet(title: "c", status: "s", tiles: [drawn])
        #expect(sheet.svg.contains("FALLBACK<") && sheet.svg.contains("fallback 1"))
        drawn.provider = "local<1>"
        #expect(ContactSheet(title: "c", status: "s", tiles: [drawn]).svg.contains("FALLBACK · LOCAL&lt;1&gt;"))
    }
}
