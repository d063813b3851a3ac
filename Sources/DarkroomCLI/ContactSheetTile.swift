import JSONCoding
import JobModel
import Orchestration

/// A state's sign: told by its shape as well as by its colour.
struct StateMark: Sendable {
    let word: String
    let colour: String
    private let shape: String

    init(_ state: AssetState) {
        switch state {
        case .generated:
            (word, colour) = ("generated", "#58b368")
            shape =
                "<circle r=\"7\"/><path d=\"M-3.5 0L-1 3L4 -3\" fill=\"none\" stroke=\"#0b0d10\" stroke-width=\"2\"/>"
        case .queued:
            (word, colour) = ("queued", "#8b95a1")
            shape = "<circle r=\"5.5\" fill=\"none\" stroke=\"#8b95a1\" stroke-width=\"2\"/>"
        case .generating:
            (word, colour) = ("generating", "#5aa9e6")
            shape = "<path d=\"M-5 -7L7 0L-5 7Z\"/>"
        case .retrying:
            (word, colour) = ("retrying", "#5aa9e6")
            shape = "<path d=\"M-7 -6L0 0L-7 6ZM0 -6L7 0L0 6Z\"/>"
        case .needsPromptUpdate:
            (word, colour) = ("needs new words", "#f4c21b")
            shape = "<path d=\"M0 -8L8 0L0 8L-8 0Z\"/>"
        case .held:
            (word, colour) = ("held", "#e08a3c")
            shape = "<path d=\"M-6 -7H-2V7H-6ZM2 -7H6V7H2Z\"/>"
        case .failed:
            (word, colour) = ("failed", "#e0524a")
            shape = "<path d=\"M-7 -4L-4 -7L0 -3L4 -7L7 -4L3 0L7 4L4 7L0 3L-4 7L-7 4L-3 0Z\"/>"
        case .canceled:
            (word, colour) = ("canceled", "#8b95a1")
            shape = "<rect x=\"-7\" y=\"-2\" width=\"14\" height=\"4\"/>"
        }
    }

    /// Of a picture that another than the first provider made: the corner tag of its tile, small.
    static let fallback = StateMark(
        word: "fallback", colour: "#f4c21b",
        shape: """
            <rect x="-8" y="-5" width="16" height="10" rx="2" fill="none" stroke="#f4c21b" stroke-width="2"/>
            """)

    private init(word: String, colour: String, shape: String) {
        self.word = word
        self.colour = colour
        self.shape = shape
    }

    func svg(x: Int, y: Int, scale: Int = 1) -> String {
        "<g transform=\"translate(\(x) \(y)) scale(\(scale))\" fill=\"\(colour)\">\(shape)</g>"
    }
}

/// One picture with its caption, or what stands in its place.
struct SheetTile {
    let tile: ContactSheet.Tile
    let cell: SheetLayout.Cell

    var svg: String { "\(tile.jpeg == nil ? placeholder : picture)\n\(caption)" }

    private var picture: String {
        let data = Base64.encode(tile.jpeg ?? [])
        return """
            <image x="\(cell.x)" y="\(cell.y)" width="\(cell.side)" height="\(cell.side)" \
            preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,\(data)"/>
            <rect x="\(cell.x)" y="\(cell.y)" width="\(cell.side)" height="\(cell.side)" fill="none" stroke="#39414b"/>
            \(tile.isFallback ? tag : "")
            """
    }

    /// Says that it is a fallback, and whose.
    private var tag: String {
        let name = tile.provider.map { " · \($0.uppercased())" } ?? ""
        let words = SVGText.wrapped("FALLBACK\(name)", width: Double(cell.side - 36) / 12, lines: 1).first ?? ""
        let width = Int(SVGText.width(words) * 12) + 16
        let left = cell.x + cell.side - width - 10
        return """
            <rect x="\(left)" y="\(cell.y + 10)" width="\(width)" height="22" rx="3" fill="#0b0d10" \
            opacity=".82"/><text x="\(left + width / 2)" y="\(cell.y + 26)" font-size="12" fill="#f4c21b" \
            text-anchor="middle">\(SVGText.escaped(words))</text>
            """
    }

    private var placeholder: String {
        let mark = StateMark(tile.state)
        let middle = cell.x + cell.side / 2
        let reason = tile.reason.map { SVGText.wrapped($0, width: Double(cell.side - 36) / 14, lines: 4) } ?? []
        let lines = reason.enumerated().map { index, line in
            """
            <text x="\(middle)" y="\(cell.y + cell.side / 2 + 44 + index * 20)" font-size="14" fill="#aab3bd" \
            text-anchor="middle">\(SVGText.escaped(line))</text>
            """
        }
        return """
            <rect x="\(cell.x)" y="\(cell.y)" width="\(cell.side)" height="\(cell.side)" fill="#12161b" \
            stroke="\(mark.colour)" stroke-opacity=".55" stroke-dasharray="6 5"/>
            \(mark.svg(x: middle, y: cell.y + cell.side / 2 - 40, scale: 3))
            <text x="\(middle)" y="\(cell.y + cell.side / 2 + 16)" font-size="18" fill="\(mark.colour)" \
            text-anchor="middle">\(mark.word)</text>
            \(lines.joined(separator: "\n"))
            """
    }

    private var caption: String {
        let top = cell.y + cell.side
        let name = tile.name.isEmpty ? tile.id.text : tile.name
        let lines = SVGText.wrapped(name, width: Double(cell.side - 26) / 15, lines: 2)
        let texts = lines.enumerated().map { index, line in
            """
            <text x="\(cell.x + 22)" y="\(top + 23 + index * 19)" font-size="15" fill="#e9e6dd">\
            \(SVGText.escaped(line))</text>
            """
        }
        return StateMark(tile.state).svg(x: cell.x + 8, y: top + 18) + "\n" + texts.joined(separator: "\n")
    }
}
