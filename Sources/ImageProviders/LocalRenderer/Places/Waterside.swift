enum Waterside {
    static func drawing(of place: Place, _ mood: Mood, _ dice: inout Dice) -> String {
        let ripples = (0..<26).map { _ in
            "M\(dice.roll(-20...500)) \(dice.roll(350...420))h\(dice.roll(14...60))"
        }.joined()
        let water = """
            <rect y="338" width="512" height="174" fill="url(#ground)"/><path d="\(ripples)" stroke="\(mood.skyLow)" \
            stroke-opacity=".55" stroke-width="2"/>
            """
        return switch place {
        case .bridge: bridge(mood, &dice, water)
        case .shore: shore(mood, &dice, water)
        default: harbour(mood, &dice, water)
        }
    }

    private static func harbour(_ mood: Mood, _ dice: inout Dice, _ water: String) -> String {
        let crane = dice.roll(24...60)
        let ports = stride(from: 236, through: 420, by: 23).map { "<circle cx=\"\($0)\" cy=\"312\" r=\"4\"/>" }.joined()
        return Figures.skyline(mood.far, mood, &dice, heights: 30...84, lit: 7) + water + """
            <path d="M184 286H478L452 352H222Z" fill="\(mood.near)"/><path d="M184 286H478V293H186Z" fill="#8b2b2b" \
            opacity=".85"/>
            <path d="M340 286V236H452V286ZM356 236V206H440V236Z" fill="\(mood.middle)"/><path d="M372 \
            206V160H398V206Z" \
            fill="\(mood.near)"/><path d="M372 172H398V184H372Z" fill="\(mood.accent)" opacity=".8"/>
            <path d="M364 216h68v10h-68ZM350 250h92v9h-92Z" fill="\(mood.accent)" opacity=".7"/><g \
            fill="\(mood.accent)" \
            opacity=".8">\(ports)</g><path d="M256 286V190M256 200L330 282M256 200L200 284" stroke="\(mood.near)" \
            stroke-width="3"/><path d="M385 160C376 138 410 128 398 104C416 84 440 96 430 110" fill="none" \
            stroke="#9fb2c2" \
            stroke-opacity=".25" stroke-width="16" stroke-linecap="round"/>
            <path d="M\(crane) 344L\(crane + 26) 120L\(crane + 52) 344M\(crane + 6) 292H\(crane + 46)M\(crane + 12) \
            240H\(crane + 40)\
            M\(crane + 4) 300L\(crane + 42) 232M\(crane + 48) 300L\(crane + 12) 232M\(crane + 26) 124L\(crane + 176) \
            92M\(crane + 26) 124\
            L\(crane - 60) 142M\(crane + 26) 96V124L\(crane + 176) 92L\(crane + 26) 98" fill="none" \
            stroke="\(mood.near)" \
            stroke-width="5"/><path d="M\(crane + 160) 96V206M\(crane + 150) 206h20v16h-20Z" stroke="\(mood.near)" \
            stroke-width="3" fill="\(mood.near)"/>
            <path d="M0 384H240V512H0Z" fill="\(mood.near)"/><path d="M0 384H240" stroke="\(mood.far)" \
            stroke-width="3"/>
            <path d="M150 384c-8 -22 26 -22 18 0ZM214 384c-8 -22 26 -22 18 0Z" fill="\(mood.near)"/>
            <path d="M168 372C220 392 260 352 300 344" fill="none" stroke="\(mood.near)" stroke-width="3"/>
            """ + Figures.shine(398, 356, mood, width: 70) + Figures.man(96, 392, mood, percent: 96)
    }

    private static func bridge(_ mood: Mood, _ dice: inout Dice, _ water: String) -> String {
        let hangers = stride(from: 20, through: 500, by: 20).map { x in
            let sag = (x - 256) * (x - 256) / 420
            return "M\(x) 262V\(min(258, 246 - min(sag, 140)))"
        }.joined()
        return Figures.skyline(mood.far, mood, &dice, heights: 60...150, lit: 8) + water + """
            <path d="\(hangers)" stroke="\(mood.near)" stroke-width="2"/>
            <path d="M-40 40C60 190 160 246 256 246C352 246 452 190 552 40" fill="none" stroke="\(mood.near)" \
            stroke-width="6"/>
            <path d="M0 260H512V278H0Z" fill="\(mood.near)"/><path d="M64 90H92V352H64ZM420 90H448V352H420ZM52 \
            344H104V372H52Z\
            M408 344H460V372H408Z" fill="\(mood.near)"/><path d="M60 120H96M60 180H96M416 120H452M416 180H452" \
            stroke="\(mood.middle)" stroke-width="6"/><path d="M0 260H512" stroke="\(mood.accent)" stroke-opacity=".4" \
            stroke-width="2"/><g fill="#fff6dc"><circle cx="150" cy="252" r="4"/><circle cx="256" cy="252" r="4"/>\
            <circle cx="362" cy="252" r="4"/></g><circle cx="150" cy="252" r="40" fill="url(#glow)"/><circle cx="256" \
            cy="252" \
            r="40" fill="url(#glow)"/><circle cx="362" cy="252" r="40" fill="url(#glow)"/>
            """ + Figures.man(dice.roll(190...320), 262, mood, percent: 42) + Figures.shine(150, 350, mood)
            + Figures.shine(256, 356, mood) + Figures.shine(362, 350, mood)
    }

    private static func shore(_ mood: Mood, _ dice: inout Dice, _ water: String) -> String {
        let x = dice.roll(360...400)
        return water + """
            <path d="M\(x) 156L-120 60V230Z" fill="\(mood.accent)" opacity=".17"/><path d="M\(x) 156L640 120V210Z" \
            fill="\(mood.accent)" opacity=".13"/><path d="M250 512C270 400 300 330 340 300C380 276 440 282 512 \
            268V512Z" \
            fill="\(mood.near)"/><path d="M\(x - 22) 300L\(x - 13) 176H\(x + 13)L\(x + 22) 300Z" fill="#c9d3da" \
            opacity=".85"/>
            <path d="M\(x + 2) 300V176H\(x + 13)L\(x + 22) 300Z" fill="#000" opacity=".4"/><path d="M\(x - 20) \
            268H\(x + 20)V286\
            H\(x - 21)ZM\(x - 16) 220H\(x + 17)V238H\(x - 18)Z" fill="#7d2626"/><path d="M\(x - 18) \
            170H\(x + 18)V178H\(x - 18)Z\
            M\(x - 14) 142L\(x) 124L\(x + 14) 142Z" fill="\(mood.near)"/><rect x="\(x - 10)" y="142" width="20" \
            height="28" \
            fill="#fff7df"/><circle cx="\(x)" cy="156" r="80" fill="url(#glow)"/>
            <path d="M0 420C60 398 120 410 190 396C220 420 240 470 250 512H0Z" fill="\(mood.near)"/>
            <path d="M190 392C210 384 236 392 262 384M40 404C70 396 100 402 130 396" stroke="#dbe7ef" \
            stroke-opacity=".6" \
            stroke-width="3" fill="none"/><path d="M430 290V258L458 236L488 256V284Z" fill="\(mood.near)"/><rect \
            x="452" y="258" \
            width="12" height="14" fill="\(mood.accent)"/>
            """ + Figures.man(112, 408, mood, percent: 80) + Figures.shine(x - 180, 352, mood, width: 80)
    }
}
