enum Countryside {
    static func drawing(of place: Place, _ mood: Mood, _ dice: inout Dice) -> String {
        switch place {
        case .church: church(mood, &dice)
        case .park: park(mood, &dice)
        case .forest: forest(mood, &dice)
        default: mansion(mood, &dice)
        }
    }

    private static func hills(_ mood: Mood, _ dice: inout Dice) -> String {
        let (a, b) = (dice.roll(240...280), dice.roll(270...310))
        return """
            <path d="M0 \(b)C110 \(a) 180 \(b + 16) 280 \(a + 20)C380 \(a - 16) 440 \(b) 512 \(a)V360H0Z" \
            fill="\(mood.far)"/>
            """
    }

    private static func mansion(_ mood: Mood, _ dice: inout Dice) -> String {
        var windows = ""
        var lit = ""
        for x in [132, 170, 208, 288, 326, 364] {
            for y in [226, 278] {
                let pane = "M\(x) \(y)h18v32h-18Z"
                if dice.isOne(in: 5) { lit += pane } else { windows += pane }
            }
        }
        let bars = stride(from: 8, to: 512, by: 18).filter { !(196...316).contains($0) }.map {
            "M\($0) 420V352l3 -8 3 8"
        }
        return hills(mood, &dice) + """
            <path d="M104 342V204L120 178H214L226 150L256 120L286 150L298 178H392L408 204V342Z" fill="\(mood.middle)"/>
            <path d="M92 206L116 172H222L256 112L290 172H396L420 206Z" fill="\(mood.near)"/><path d="M140 \
            172V132H160V172Z\
            M352 172V126H374V172Z" fill="\(mood.near)"/><path d="\(windows)" fill="\(mood.near)"/><path d="\(lit)M246 \
            168h20v26h-20Z" \
            fill="\(mood.accent)"/><circle cx="256" cy="181" r="60" fill="url(#glow)" opacity=".8"/>
            <path d="M236 342V286C236 268 276 268 276 286V342Z" fill="\(mood.accent)" opacity=".85"/><path d="M256 \
            276V342" \
            stroke="\(mood.near)" stroke-width="4"/><path d="M222 342H290V250H222Z" fill="none" stroke="\(mood.near)" \
            stroke-width="6"/><path d="M212 254L256 230L300 254Z" fill="\(mood.near)"/>
            <path d="M236 342L180 512H332L276 342Z" fill="url(#cone)" opacity=".6"/>
            <path d="\(bars.joined())M0 368H196M0 404H196M316 368H512M316 404H512" fill="none" stroke="\(mood.near)" \
            stroke-width="4"/><path d="M184 424V330H206V424ZM306 424V330H328V424ZM180 330L195 314L210 330ZM302 \
            330L317 314L332 330Z" \
            fill="\(mood.near)"/>\(Figures.tree(54, 350, dice.roll(150...190), mood.near, bare: true))
            \(Figures.tree(462, 350, dice.roll(150...200), mood.near, bare: true))
            """ + Figures.man(256, 408, mood, percent: 86)
    }

    private static func church(_ mood: Mood, _ dice: inout Dice) -> String {
        let x = dice.roll(150...330)
        let stones = (0..<7).map { index in
            let (left, top) = (20 + index * 72 + dice.roll(-14...14), dice.roll(362...392))
            return index.isMultiple(of: 3)
                ? "M\(left + 8) \(top + 44)v-58h7v14h12v7h-12v37ZM\(left - 4) \(top)h12v7h-12Z"
                : "M\(left) \(top + 44)V\(top + 10)c0 -14 26 -14 26 0v34Z"
        }.joined()
        return hills(mood, &dice) + """
            <path d="M\(x - 96) 344V262L\(x - 20) 214H\(x + 20)L\(x + 96) 262V344Z" fill="\(mood.middle)"/>
            <path d="M\(x - 30) 344V190H\(x + 30)V344Z" fill="\(mood.middle)"/><path d="M\(x - 38) 194L\(x) \
            74L\(x + 38) 194Z" \
            fill="\(mood.near)"/><path d="M\(x - 3) 78V36h6V78ZM\(x - 14) 48h28v6h-28Z" fill="\(mood.near)"/>
            <path d="M\(x - 104) 266L\(x - 20) 208M\(x + 104) 266L\(x + 20) 208" stroke="\(mood.near)" \
            stroke-width="8"/>
            <circle cx="\(x)" cy="238" r="19" fill="\(mood.accent)"/><path d="M\(x) 219v38M\(x - 19) 238h38M\(x - 13) \
            225l26 26\
            M\(x + 13) 225l-26 26" stroke="\(mood.near)" stroke-width="3"/><circle cx="\(x)" cy="238" r="74" \
            fill="url(#glow)" \
            opacity=".8"/><path d="M\(x - 17) 344V304C\(x - 17) 284 \(x + 17) 284 \(x + 17) 304V344Z" \
            fill="\(mood.near)"/>
            <path d="M\(x - 76) 330V290c0 -12 18 -12 18 0v40ZM\(x + 58) 330V290c0 -12 18 -12 18 0v40Z" \
            fill="\(mood.accent)" \
            opacity=".55"/><path d="\(stones)" fill="\(mood.near)"/>
            \(Figures.tree(x < 240 ? 452 : 56, 368, 210, mood.near, bare: true))
            """ + Figures.man(x < 240 ? 380 : 130, 408, mood, percent: 92)
    }

    private static func park(_ mood: Mood, _ dice: inout Dice) -> String {
        let trees = (0..<7).map { index in
            Figures.tree(index * 84 + dice.roll(-20...20), 344, dice.roll(90...170), mood.far, bare: false)
        }.joined()
        let near = [30, 486].map { Figures.tree($0, 372, dice.roll(220...260), mood.near, bare: false) }.joined()
        return hills(mood, &dice) + trees + """
            <path d="M210 342H290L420 512H60Z" fill="\(mood.far)" opacity=".55"/><ellipse cx="256" cy="344" rx="92" \
            ry="12" \
            fill="\(mood.skyLow)" opacity=".6"/><path d="M248 344V300H264V344ZM222 300C222 286 290 286 290 300Z" \
            fill="\(mood.near)"/><path d="M256 290C240 262 222 276 224 300M256 290C272 262 290 276 288 300M256 \
            290V258" \
            stroke="#d7e6f2" stroke-opacity=".6" stroke-width="3" fill="none"/>
            """ + Figures.lamp(124, mood, top: 196) + near + """
                <path d="M308 372H428V382H308ZM308 346H428V353H308ZM308 357H428V364H308ZM316 340V402H322V340ZM414 \
                340V402H420V340Z" \
                fill="\(mood.near)"/><path d="M346 372C340 340 366 340 364 372ZM347 336C347 322 363 322 363 336C363 \
                346 347 346 347 336Z\
                M340 330H370L366 326C366 316 344 316 344 326ZM350 376L346 404H354L358 380L366 404H374L366 374Z" \
                fill="\(mood.near)"/>
                """
    }

    private static func forest(_ mood: Mood, _ dice: inout Dice) -> String {
        func pines(_ fill: String, _ count: Int, _ base: Int, _ range: ClosedRange<Int>, _ dice: inout Dice) -> String {
            let path = (0..<count).map { index in
                let (x, h) = (index * 512 / count + dice.roll(-12...12), dice.roll(range))
                let w = h / 5
                return "M\(x) \(base)V\(base - h / 7)H\(x - w)L\(x - w / 3) \(base - h / 2)H\(x - w * 2 / 3)"
                    + "L\(x) \(base - h)"
                    + "L\(x + w * 2 / 3) \(base - h / 2)H\(x + w / 3)L\(x + w) \(base - h / 7)H\(x + 5)V\(base)Z"
            }.joined()
            return "<path d=\"\(path)\" fill=\"\(fill)\"/>"
        }
        let far = pines(mood.far, 14, 346, 120...190, &dice)
        let middle = pines(mood.middle, 9, 366, 150...240, &dice)
        let trunks = [18, 92, 428, 492].map { x in
            "M\(x - 14) 430L\(x - 9) 20H\(x + 10)L\(x + 15) 430ZM\(x) \(dice.roll(90...200))l\(x < 250 ? 60 : -60) -44"
        }.joined()
        return hills(mood, &dice) + far
            + "<ellipse cx=\"256\" cy=\"320\" rx=\"280\" ry=\"40\" fill=\"url(#fog)\"/>" + middle + """
                <path d="M230 344H282L360 512H130Z" fill="\(mood.far)" opacity=".7"/><path d="M262 350L90 300V420Z" \
                fill="url(#cone)" \
                opacity=".25"/><path d="\(trunks)" fill="\(mood.near)" stroke="\(mood.near)" stroke-width="7"/>
                <circle cx="276" cy="352" r="7" fill="#fff7df"/><circle cx="276" cy="352" r="80" fill="url(#glow)"/>
                """ + Figures.man(256, 396, mood, percent: 88)
    }
}
