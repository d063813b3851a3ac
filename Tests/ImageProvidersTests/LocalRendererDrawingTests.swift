import Foundation
import FoundationXML
import JobModel
import Orchestration
import Testing

@testable import ImageProviders

@Suite struct LocalRendererDrawingTests {
    /// Every drawing there is, several times over with different dice.
    @Test func everyDrawingIsSoundXML() throws {
        for round in 0..<4 {
            for object in EvidenceObject.allCases {
                try check(
                    "\(object.rawValue) \(round)", object.drawing(Paint(accent: "#123456", dark: "#000", seed: round)))
            }
            for place in Place.allCases {
                var dice = Dice(["place", String(round)])
                try check("\(place.rawValue) \(round)", place.drawing(Mood.all[round], &dice))
            }
        }
    }

    @Test func everyNameThatIsUsedIsDefined() throws {
        let requests =
            try EvidenceObject.allCases.map { try drawingRequest($0.rawValue, asset: "evidence-\($0.rawValue)") }
            + Place.allCases.map { try drawingRequest($0.rawValue, kind: .location, asset: "location-\($0.rawValue)") }
        for request in requests {
            let svg = LocalDrawing(of: request).svg
            try check(request.assetID.text, svg)
            for name in svg.split(separator: "url(#").dropFirst().map({ $0.prefix { $0 != ")" } }) {
                #expect(svg.contains("id=\"\(name)\""), "\(request.assetID): \(name)")
            }
        }
    }

    @Test func everyObjectAndPlaceLooksDifferent() {
        let paint = Paint(accent: "#123456", dark: "#000", seed: 5)
        #expect(Set(EvidenceObject.allCases.map { $0.drawing(paint) }).count == EvidenceObject.allCases.count)
        let places = Place.allCases.map { place in
            var dice = Dice(["one"])
            return place.drawing(Mood.all[0], &dice)
        }
        #expect(Set(places).count == Place.allCases.count)
    }

    @Test(arguments: [
        "<script>&\"'", "null\u{0}bell\u{7}\u{1B}[31m", "👻🔪 ghost 👨‍👩‍👧", "ナイフ 🔪 と 鍵",
        String(repeating: "長い名前", count: 50),
        String(repeating: "W", count: 200), "]]>", "\u{FFFE}\u{FFFF}", "a\u{202E}b", "&amp;", "Zoë’s café — № 5",
    ])
    func anyNameCanBeDrawn(name: String) throws {
        for kind in [AssetKind.evidence, .location] {
            try check(name, LocalDrawing(of: try drawingRequest(name, kind: kind)).svg)
        }
    }

    private func check(_ what: String, _ body: String) throws {
        let text = body.hasPrefix("<svg") ? body : "<svg>\(body)</svg>"
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse(), "\(what): line \(parser.lineNumber), column \(parser.columnNumber)")
    }
}
