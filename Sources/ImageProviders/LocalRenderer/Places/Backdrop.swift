/// What lies behind and before the silhouettes: sky or wall, light, fog, rain, the shadow of blinds.
enum Backdrop {
    static func defs(_ mood: Mood) -> String {
        """
        <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="\(mood.skyTop)"/>\
        <stop offset=".7" stop-color="\(mood.skyLow)"/><stop offset="1" stop-color="\(mood.far)"/></linearGradient>
        <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="\(mood.middle)"/>\
        <stop offset="1" stop-color="\(mood.near)"/></linearGradient>
        <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="\(mood.skyLow)"/>\
        <stop offset=".55" stop-color="\(mood.far)"/><stop offset="1" stop-color="\(mood.middle)"/></linearGradient>
        <linearGradient id="cone" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="\(mood.accent)" \
        stop-opacity=".62"/><stop offset="1" stop-color="\(mood.accent)" stop-opacity="0"/></linearGradient>
        <radialGradient id="glow"><stop offset="0" stop-color="\(mood.accent)" stop-opacity=".85"/><stop offset=".25" \
        stop-color="\(mood.accent)" stop-opacity=".32"/><stop offset="1" stop-color="\(mood.accent)" stop-opacity="0"/>\
        </radialGradient>
        <radialGradient id="moonlight"><stop offset="0" stop-color="#dfeaf5" stop-opacity=".8"/><stop offset=".3" \
        stop-color="#c4d8ea" stop-opacity=".3"/><stop offset="1" stop-color="#c4d8ea" \
        stop-opacity="0"/></radialGradient>
        <radialGradient id="fog"><stop offset="0" stop-color="#b8cad9" stop-opacity=".34"/><stop offset="1" \
        stop-color="#b8cad9" stop-opacity="0"/></radialGradient>
        <radialGradient id="edges" cx=".5" cy=".44" r=".75"><stop offset=".5" stop-color="#000" stop-opacity="0"/>\
        <stop offset="1" stop-color="#000" stop-opacity=".78"/></radialGradient>
        """
    }

    static func sky(_ mood: Mood, _ dice: inout Dice) -> String {
        let stars = (0..<26).map { _ in "M\(dice.roll(4...508)) \(dice.roll(34...220))h1.3" }.joined()
        let moon = dice.isOne(in: 4) ? "" : moon(&dice)
        let clouds = (0..<4).map { _ in
            """
            <ellipse cx="\(dice.roll(0...512))" cy="\(dice.roll(70...210))" rx="\(dice.roll(90...190))" \
            ry="\(dice.roll(9...20))" fill="\(mood.skyTop)" opacity=".5"/>
            """
        }.joined()
        return """
            <rect width="512" height="512" fill="url(#sky)"/><path d="\(stars)" stroke="#dfe9f2" stroke-width="1.3" \
            opacity=".6"/>\(moon)\(clouds)
            <rect y="338" width="512" height="174" fill="url(#ground)"/>
            """
    }

    private static func moon(_ dice: inout Dice) -> String {
        let (x, y, r) = (dice.roll(80...430), dice.roll(78...132), dice.roll(14...34))
        return """
            <circle cx="\(x)" cy="\(y)" r="\(r * 4)" fill="url(#moonlight)"/><circle cx="\(x)" cy="\(y)" r="\(r)" \
            fill="#e8eef2"/><circle cx="\(x - r / 3)" cy="\(y - r / 5)" r="\(r / 4)" fill="#cfd9e0"/>\
            <circle cx="\(x + r / 3)" cy="\(y + r / 3)" r="\(r / 6)" fill="#cfd9e0"/>
            """
    }

    static func wall(_ mood: Mood, _ dice: inout Dice) -> String {
        let panels = stride(from: dice.roll(-30...0), to: 512, by: 92).map { "M\($0) 250h76v80h-76Z" }.joined()
        return """
            <rect width="512" height="512" fill="url(#wall)"/><path d="\(panels)M0 236H512" fill="none" stroke="#000" \
            stroke-opacity=".34" stroke-width="3"/><path d="M0 340H512V512H0Z" fill="url(#ground)"/>
            <path d="M0 340H512M-60 430H572M256 340V512M150 340L60 512M362 340L452 512M50 340L-130 512M462 340L642 \
            512" \
            stroke="\(mood.far)" stroke-opacity=".4" stroke-width="1.6"/><rect y="330" width="512" height="10" \
            fill="\(mood.near)" opacity=".85"/>
            """
    }

    /// Slats of light that fall through a blind, slanting over the whole room.
    static func blinds(_ dice: inout Dice) -> String {
        let left = dice.roll(20...230)
        let lean = dice.pick([-70, -50, 50, 70])
        let slats = (0..<9).map { slat in
            let y = 74 + slat * 21
            return "M\(left) \(y)L\(left + 190) \(y + lean / 4)v11L\(left) \(y + 11)Z"
        }.joined()
        return "<path d=\"\(slats)\" fill=\"#e9f2fa\" opacity=\".17\"/>"
    }

    static func weather(_ dice: inout Dice) -> String {
        let banks = (0..<4).map { _ in
            """
            <ellipse cx="\(dice.roll(20...490))" cy="\(dice.roll(316...400))" rx="\(dice.roll(150...260))" \
            ry="\(dice.roll(16...36))" fill="url(#fog)"/>
            """
        }.joined()
        guard dice.roll(1...3) > 1 else { return banks }
        let drops = (0..<120).map { _ in
            let length = dice.roll(10...22)
            return "M\(dice.roll(0...530)) \(dice.roll(24...420))l-\(length / 4) \(length)"
        }.joined()
        return banks + "<path d=\"\(drops)\" stroke=\"#d7e6f2\" stroke-opacity=\".3\" stroke-width=\"1.1\"/>"
    }
}
