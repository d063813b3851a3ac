import JobModel
import Orchestration

/// A forensic photograph: a lit table, the thing with its shadow, an L-shaped scale, a numbered marker, a caption.
struct EvidenceScene {
    private let object: EvidenceObject
    private var dice: Dice

    init(subject: Subject, dice: Dice) {
        object = EvidenceObject.table.meaning(of: subject.name, or: subject.description) ?? .bag
        self.dice = dice
    }

    func drawing(_ caption: Caption) -> String {
        var dice = dice
        let table = dice.pick(Table.all)
        let paint = Paint(accent: dice.pick(Paint.accents), dark: dice.pick(Paint.darks), seed: dice.roll(1...999))
        let lightX = dice.roll(150...250)
        let lightY = dice.roll(110...180)
        let turn = dice.roll(-16...16)
        let size = dice.roll(100...114)
        let number = caption.number ?? dice.roll(1...20)
        let cloth = dice.isOne(in: 3) ? "" : EvidenceScene.sheet(turn: dice.roll(-5...5), fill: dice.pick(table.sheets))
        return """
            <defs>
            \(Materials.defs(paint))
            \(Grain.defs(seed: dice.roll(1...9999), strength: ".34"))
            \(EvidenceScene.light(x: lightX, y: lightY))
            </defs>
            <rect width="512" height="512" fill="\(table.base)"/>
            \(table.texture(&dice))
            \(cloth)
            <g transform="translate(266 212) rotate(\(turn)) scale(\(Double(size) / 100))">
            \(object.isFlat ? "" : EvidenceScene.shadow)
            <g id="thing">\(object.drawing(paint))</g>
            </g>
            \(EvidenceScene.scale)
            \(EvidenceScene.marker(number, x: dice.roll(398...420), y: dice.roll(58...88)))
            <rect width="512" height="512" fill="url(#lamp)"/>
            <rect width="512" height="512" fill="url(#vignette)"/>
            \(Grain.overlay)
            \(EvidenceScene.strip(caption))
            """
    }

    private static let shadow =
        "<use href=\"#thing\" transform=\"translate(9 13)\" filter=\"url(#shadow)\" opacity=\".62\"/>"

    private static func light(x: Int, y: Int) -> String {
        """
        <radialGradient id="lamp" gradientUnits="userSpaceOnUse" cx="\(x)" cy="\(y)" r="300">\
        <stop offset="0" stop-color="#fff4d8" stop-opacity=".26"/><stop offset=".55" stop-color="#fff4d8" \
        stop-opacity=".08"/><stop offset="1" stop-color="#fff4d8" stop-opacity="0"/></radialGradient>
        <radialGradient id="vignette" gradientUnits="userSpaceOnUse" cx="256" cy="220" r="370">\
        <stop offset=".45" stop-color="#05070a" stop-opacity="0"/><stop offset="1" stop-color="#05070a" \
        stop-opacity=".86"/></radialGradient>
        """
    }

    /// Paper or cloth under the thing.
    private static func sheet(turn: Int, fill: String) -> String {
        """
        <g transform="rotate(\(turn) 266 212)"><rect x="106" y="62" width="326" height="306" rx="3" fill="#000" \
        opacity=".28" transform="translate(5 7)"/><rect x="106" y="62" width="326" height="306" rx="3" fill="\(fill)"/>
        <path d="M106 214H432M270 62V368" stroke="#000" stroke-opacity=".05" stroke-width="2"/></g>
        """
    }

    /// Ten centimetres across, eight up, 24 units each.
    private static let scale: String = {
        var marks = ""
        for tick in 1...20 {
            let length = tick.isMultiple(of: 2) ? 11 : 6
            let at = 50 + tick * 12
            marks += "M\(at) 384v\(length)"
            if tick <= 15 { marks += "M48 \(382 - tick * 12)h\(-length)" }
        }
        var squares = ""
        for centimetre in 0..<10 where centimetre.isMultiple(of: 2) {
            squares += "<rect x=\"\(50 + centimetre * 24)\" y=\"404\" width=\"24\" height=\"6\"/>"
            if centimetre < 8 { squares += "<rect x=\"22\" y=\"\(358 - centimetre * 24)\" width=\"6\" height=\"24\"/>" }
        }
        let numbers = [2, 4, 6, 8, 10].map { "<text x=\"\(50 + $0 * 24)\" y=\"403\">\($0)</text>" }.joined()
        return """
            <path d="M24 178H52V386H304V414H24Z" fill="#000" opacity=".35"/>
            <path d="M20 174H48V382H300V410H20Z" fill="#f1f0ea"/>
            <g fill="#16181b">\(squares)<g font-family="DejaVu Sans" font-size="8" text-anchor="middle">\(numbers)\
            <text x="37" y="399" font-weight="bold">cm</text></g>
            <circle cx="34" cy="186" r="6" fill="none" stroke="#16181b" stroke-width="1.4"/>\
            <path d="M34 178v16M26 186h16" stroke="#16181b"/></g>
            <path d="\(marks)" stroke="#16181b" stroke-width="1.2"/>
            """
    }()

    /// The yellow tent that stands beside a find.
    private static func marker(_ number: Int, x: Int, y: Int) -> String {
        """
        <g transform="translate(\(x) \(y)) scale(.86)"><path d="M-30 66L58 70L92 50L18 46Z" fill="#000" opacity=".42"/>
        <path d="M14 -30L34 -34L66 52L46 64Z" fill="#b98a0a"/><path d="M-18 -30H14L46 64H-40Z" fill="#f4c21b"/>
        <path d="M-18 -30H14L17 -21H-20Z" fill="#ffdb55"/>
        <text x="2" y="47" font-family="DejaVu Sans" font-weight="bold" font-size="\(number > 9 ? 42 : 50)" \
        text-anchor="middle" fill="#15130a">\(number)</text></g>
        """
    }

    private static func strip(_ caption: Caption) -> String {
        let identity = "\(Caption.short(caption.caseID, 24))  ·  \(Caption.short(caption.assetID, 24))"
        return """
            <rect y="424" width="512" height="88" fill="#0b0d10" opacity=".93"/>
            <rect y="424" width="512" height="2" fill="#f4c21b"/>
            \(caption.lines(x: 20, bottom: 478, size: 20, width: 468, style: "font-weight=\"bold\" fill=\"#f3efe4\""))
            <text x="20" y="500" font-family="DejaVu Sans Mono" font-size="10.5" fill="#9aa3ad">\(identity)</text>
            <text x="492" y="500" font-family="DejaVu Sans Mono" font-size="10.5" fill="#f4c21b" \
            text-anchor="end">LOCAL RENDER</text>
            """
    }
}

/// What the photograph was taken on.
private struct Table {
    let base: String
    let sheets: [String]
    let isWood: Bool

    static let all = [
        Table(base: "#4a3526", sheets: ["#d9d2c0", "#c9ccd0", "#23262b"], isWood: true),
        Table(base: "#5b4a3c", sheets: ["#e1dccd", "#2b2f36"], isWood: true),
        Table(base: "#39424b", sheets: ["#d7d9d8", "#b9a983", "#22272d"], isWood: false),
        Table(base: "#2f3d3a", sheets: ["#d3d6cd", "#c2b593"], isWood: false),
        Table(base: "#5f666b", sheets: ["#e0e0dc", "#30353b"], isWood: false),
        Table(base: "#3a3440", sheets: ["#d8d3d6", "#cbb993"], isWood: false),
    ]

    func texture(_ dice: inout Dice) -> String { isWood ? planks(&dice) : weave(&dice) }

    private func planks(_ dice: inout Dice) -> String {
        var paths = ""
        var shades = ""
        var y = dice.roll(-60 ... -20)
        while y < 512 {
            let height = dice.roll(74...104)
            shades +=
                "<rect y=\"\(y)\" width=\"512\" height=\"\(height)\" fill=\"#000\" opacity=\".\(dice.roll(10...22))\"/>"
            paths += "M0 \(y)H512"
            for _ in 0..<4 {
                let grain = y + dice.roll(8...height)
                let sway = dice.roll(-9...9)
                paths += "M0 \(grain)C150 \(grain + sway) 330 \(grain - sway) 512 \(grain + sway / 2)"
            }
            y += height
        }
        let style = "fill=\"none\" stroke=\"#1a0f08\" stroke-opacity=\".34\" stroke-width=\"1.6\""
        return "\(shades)<path d=\"\(paths)\" \(style)/>"
    }

    private func weave(_ dice: inout Dice) -> String {
        var spots = ""
        for _ in 0..<26 {
            let (x, y, r) = (dice.roll(0...512), dice.roll(0...430), dice.roll(14...70))
            let fill = dice.isOne(in: 2) ? "#fff" : "#000"
            spots += "<ellipse cx=\"\(x)\" cy=\"\(y)\" rx=\"\(r)\" ry=\"\(r / 2)\" fill=\"\(fill)\" opacity=\".028\"/>"
        }
        return spots + """
            <pattern id="weave" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 1.5H6M1.5 0V6" \
            stroke="#000" stroke-opacity=".16"/><path d="M0 4.5H6M4.5 0V6" stroke="#fff" \
            stroke-opacity=".05"/></pattern>
            <rect width="512" height="512" fill="url(#weave)"/>
            """
    }
}
