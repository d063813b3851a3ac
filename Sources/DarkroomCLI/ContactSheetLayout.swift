import JobModel

/// Where everything on a contact sheet stands, in pixels.
struct SheetLayout: Sendable {
    struct Section: Hashable, Sendable {
        let title: String
        /// Baseline of the heading.
        let top: Int
        /// Which tiles stand in it.
        let members: [Int]
    }

    struct Cell: Hashable, Sendable {
        let x: Int
        let y: Int
        /// Width and height of the picture; the caption stands under it.
        let side: Int
    }

    static let width = 1600
    static let margin = 48
    private static let gap = 20
    private static let caption = 66
    private static let headingHeight = 34

    let sections: [Section]
    /// One a tile, in the order of the tiles.
    let cells: [Cell]
    let height: Int

    /// Evidence first, five in a row; then locations, then all other kinds together, four in a row.
    init(kinds: [AssetKind]) {
        var sections: [Section] = []
        var cells = [Cell?](repeating: nil, count: kinds.count)
        var top = 156
        for (title, members) in Self.groups(kinds) {
            sections.append(Section(title: title, top: top, members: members))
            let columns = title == AssetKind.evidence.description ? 5 : 4
            let side = (Self.width - 2 * Self.margin - (columns - 1) * Self.gap) / columns
            for (place, index) in members.enumerated() {
                let (row, column) = place.quotientAndRemainder(dividingBy: columns)
                cells[index] = Cell(
                    x: Self.margin + column * (side + Self.gap),
                    y: top + Self.headingHeight - 8 + row * (side + Self.caption), side: side)
            }
            let rows = (members.count + columns - 1) / columns
            top += Self.headingHeight + rows * (side + Self.caption) + 22
        }
        self.sections = sections
        self.cells = cells.compactMap { $0 }
        height = kinds.isEmpty ? 200 : top - 8
    }

    /// Other kinds share one section, or two hundred of them would make the sheet taller than a JPEG can be.
    private static func groups(_ kinds: [AssetKind]) -> [(title: String, members: [Int])] {
        let known: [AssetKind] = [.evidence, .location]
        let others = kinds.indices.filter { !known.contains(kinds[$0]) }
        let names = Set(others.map { kinds[$0].description })
        let groups = known.map { kind in (kind.description, kinds.indices.filter { kinds[$0] == kind }) }
        return (groups + [(names.count == 1 ? names.first ?? "other" : "other", others)]).filter { !$0.1.isEmpty }
    }
}
