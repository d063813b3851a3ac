/// Small things that several places share.
enum Figures {
    /// A man in hat and coat with his long shadow; feet at (x, y).
    static func man(_ x: Int, _ y: Int, _ mood: Mood, percent: Int = 100) -> String {
        """
        <g transform="translate(\(x) \(y)) scale(\(Double(percent) / 100))"><path d="M-11 0H12L62 54L36 60Z" \
        fill="#000" \
        opacity=".45"/><path d="M-14 -22L-11 2H-3L-1 -22ZM1 -22L4 2H12L14 -22ZM-7 -99H7L17 -92C22 -78 20 -62 18 \
        -50L22 -18H-22\
        L-18 -50C-20 -62 -22 -78 -17 -92ZM-10 -104L0 -92L10 -104L12 -92H-12Z" fill="#030507"/><ellipse cx="0" \
        cy="-108" rx="7.5" \
        ry="10" fill="#030507"/><path d="M-20 -111C-8 -117 8 -117 20 -111C8 -110 -8 -110 -20 -111ZM-11 -112C-11 -127 \
        -5 -128 0 -125\
        C5 -128 11 -127 11 -112Z" fill="#030507"/><path d="M8 -99L17 -92C22 -78 20 -62 18 -50L22 -18M11 -113C11 -122 \
        9 -127 6 -127" \
        stroke="\(mood.accent)" stroke-opacity=".7" stroke-width="1.8" fill="none"/></g>
        """
    }

    /// A street lamp with its cone; foot at (x, 352).
    static func lamp(_ x: Int, _ mood: Mood, top: Int = 170) -> String {
        """
        <path d="M\(x + 26) \(top + 10)L\(x + 96) 400H\(x - 60)L\(x + 14) \(top + 10)Z" fill="url(#cone)" \
        opacity=".55"/>
        <ellipse cx="\(x + 18)" cy="386" rx="84" ry="15" fill="\(mood.accent)" opacity=".2"/>
        <path d="M\(x) 392V\(top + 6)C\(x) \(top - 12) \(x + 20) \(top - 12) \(x + 20) \(top + 2)" fill="none" \
        stroke="\(mood.near)" stroke-width="6"/><path d="M\(x + 8) \(top + 12)L\(x + 14) \(top)H\(x + 26)L\(x + 32) \
        \(top + 12)Z" \
        fill="\(mood.near)"/><ellipse cx="\(x + 20)" cy="\(top + 14)" rx="10" ry="4" fill="#fff7e0"/>
        <circle cx="\(x + 20)" cy="\(top + 14)" r="58" fill="url(#glow)"/><path d="M\(x - 9) 396L\(x - 4) 372H\(x + 4)\
        L\(x + 9) 396Z" fill="\(mood.near)"/>
        """
    }

    /// Houses or towers along the ground, a few windows lit.
    static func skyline(
        _ fill: String, _ mood: Mood, _ dice: inout Dice, base: Int = 340, heights: ClosedRange<Int>, lit: Int
    ) -> String {
        var outline = "M-5 \(base)"
        var windows = ""
        var x = -5
        while x < 512 {
            let (width, height) = (dice.roll(30...62), dice.roll(heights))
            let top = base - height
            outline += "V\(top)"
            if dice.isOne(in: 4) {
                outline += "h\(width / 2)v-16h4v16H\(x + width)"
            } else {
                outline += "H\(x + width)"
            }
            for row in stride(from: top + 10, to: base - 14, by: 15) {
                for column in stride(from: x + 6, to: x + width - 8, by: 12) where dice.isOne(in: lit) {
                    windows += "M\(column) \(row)h5v8h-5Z"
                }
            }
            x += width
        }
        return """
            <path d="\(outline)V\(base)Z" fill="\(fill)"/><path d="\(windows)" fill="\(mood.accent)" opacity=".75"/>
            """
    }

    /// The shine of a light on wet ground or water below `y`.
    static func shine(_ x: Int, _ y: Int, _ mood: Mood, width: Int = 40) -> String {
        let streaks = (0..<7).map { row in
            "M\(x - width / 2 + row * 3 % 11) \(y + row * 11)h\(width - row * 4)"
        }.joined()
        return "<path d=\"\(streaks)\" stroke=\"\(mood.accent)\" stroke-opacity=\".34\" stroke-width=\"3\"/>"
    }

    static func tree(_ x: Int, _ base: Int, _ height: Int, _ fill: String, bare: Bool) -> String {
        if bare {
            let h = height
            return """
                <path d="M\(x) \(base)V\(base - h)M\(x) \(base - h / 3)L\(x - h / 4) \(base - h * 2 / 3)L\(x - h / 3) \
                \(base - h)\
                M\(x) \(base - h / 2)L\(x + h / 4) \(base - h * 4 / 5)L\(x + h / 5) \(base - h - 8)M\(x - h / 4) \
                \(base - h * 2 / 3)L\(x - h / 2) \(base - h * 3 / 4)M\(x + h / 4) \(base - h * 4 / 5)L\(x + h / 2) \
                \(base - h * 6 / 7)M\(x) \(base - h * 3 / 4)L\(x - h / 8) \(base - h)" fill="none" stroke="\(fill)" \
                stroke-width="\(max(3, h / 22))" stroke-linecap="round"/>
                """
        }
        let r = height / 3
        return """
            <path d="M\(x - 4) \(base)L\(x - 2) \(base - height / 2)H\(x + 2)L\(x + 4) \(base)Z" fill="\(fill)"/>
            <g fill="\(fill)"><circle cx="\(x)" cy="\(base - height + r)" r="\(r)"/><circle cx="\(x - r * 3 / 4)" \
            cy="\(base - height * 3 / 5)" r="\(r * 4 / 5)"/><circle cx="\(x + r * 3 / 4)" \
            cy="\(base - height * 3 / 5)" \
            r="\(r * 4 / 5)"/></g>
            """
    }
}
