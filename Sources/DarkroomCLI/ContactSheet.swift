import JSONCoding
import JobModel
import Orchestration

/// All pictures of a case on one sheet: the text of an SVG document for a `VectorRasterizer`.
///
/// The pictures are embedded, so the document stands alone. The same input gives the same text.
public struct ContactSheet: Sendable {
    /// One asset. A tile without a picture shows its state and the reason.
    public struct Tile: Sendable {
        public var id: AssetID
        public var name: String
        public var kind: AssetKind
        public var state: AssetState
        /// Why there is no picture, in plain words.
        public var reason: String?
        /// Made by another than the one it was first asked of.
        public var isFallback: Bool
        /// Who made the picture; said on the tile of a fallback.
        public var provider: String?
        public var jpeg: [UInt8]?

        public init(
            id: AssetID, name: String, kind: AssetKind, state: AssetState, reason: String? = nil,
            isFallback: Bool = false, provider: String? = nil, jpeg: [UInt8]? = nil
        ) {
            self.id = id
            self.name = name
            self.kind = kind
            self.state = state
            self.reason = reason
            self.isFallback = isFallback
            self.provider = provider
            self.jpeg = jpeg
        }
    }

    /// The document.
    public let svg: String
    /// Its size in pixels; 1600 wide.
    public let size: PixelSize

    /// - Parameters:
    ///   - title: usually the case's id.
    ///   - status: one line, such as `completed 14/14`.
    ///   - tiles: in any number; shown by kind, in their order.
    public init(title: String, status: String, tiles: [Tile]) {
        let layout = SheetLayout(kinds: tiles.map(\.kind))
        size = PixelSize(width: SheetLayout.width, height: layout.height)
        let headings = layout.sections.map { ContactSheet.heading($0, of: tiles) }
        let cells = zip(tiles, layout.cells).map { SheetTile(tile: $0, cell: $1).svg }
        svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size.width)" height="\(size.height)" \
            font-family="\(SVGText.fontFamily)">
            \(ContactSheet.paper(size))
            \(ContactSheet.masthead(title, status, tiles))
            \(headings.joined(separator: "\n"))
            \(cells.joined(separator: "\n"))
            </svg>
            """
    }

    private static func paper(_ size: PixelSize) -> String {
        """
        <defs><linearGradient id="sheet" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#171b21"/>\
        <stop offset="1" stop-color="#0a0c0f"/></linearGradient></defs>
        <rect width="\(size.width)" height="\(size.height)" fill="url(#sheet)"/>
        <rect width="\(size.width)" height="4" fill="#f4c21b"/>
        """
    }

    private static func masthead(_ title: String, _ status: String, _ tiles: [Tile]) -> String {
        let left = SheetLayout.margin
        let right = SheetLayout.width - SheetLayout.margin
        let name = SVGText.wrapped(title, width: 26, lines: 1).first ?? ""
        let line = SVGText.wrapped(status, width: 28, lines: 1).first ?? ""
        return """
            <text x="\(left)" y="52" font-size="13" letter-spacing="5" fill="#f4c21b">DARKROOM · CONTACT SHEET</text>
            <text x="\(left)" y="98" font-size="38" font-weight="bold" fill="#f4f1e8">\(SVGText.escaped(name))</text>
            <text x="\(right)" y="66" font-size="22" fill="#f4f1e8" text-anchor="end">\(SVGText.escaped(line))</text>
            \(legend(tiles, right: right))
            """
    }

    /// What the marks mean, for those states that the sheet shows.
    private static func legend(_ tiles: [Tile], right: Int) -> String {
        var x = right
        var parts: [String] = []
        func add(_ text: String, _ mark: StateMark) {
            x -= Int(SVGText.width(text) * 15) + 4
            parts.append("<text x=\"\(x)\" y=\"99\" font-size=\"15\" fill=\"#aab3bd\">\(text)</text>")
            x -= 16
            parts.append(mark.svg(x: x, y: 94))
            x -= 26
        }
        let fallbacks = tiles.count { $0.isFallback && $0.state == .generated }
        if fallbacks > 0 { add("fallback \(fallbacks)", .fallback) }
        for state in AssetState.allCases.reversed() {
            let count = tiles.count { $0.state == state }
            guard count > 0 else { continue }
            let mark = StateMark(state)
            add("\(mark.word) \(count)", mark)
        }
        return parts.joined(separator: "\n")
    }

    private static func heading(_ section: SheetLayout.Section, of tiles: [Tile]) -> String {
        let done = section.members.count { tiles[$0].state == .generated }
        let words = "\(section.title.uppercased())  \(done)/\(section.members.count)"
        return """
            <text x="\(SheetLayout.margin)" y="\(section.top)" font-size="15" letter-spacing="3" fill="#8b95a1">\
            \(SVGText.escaped(words))</text>
            <path d="M\(SheetLayout.margin) \(section.top + 10)H\(SheetLayout.width - SheetLayout.margin)" \
            stroke="#2c333c" stroke-width="1"/>
            """
    }
}
