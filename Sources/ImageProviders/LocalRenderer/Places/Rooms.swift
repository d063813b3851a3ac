enum Rooms {
    static func drawing(of place: Place, _ mood: Mood, _ dice: inout Dice) -> String {
        switch place {
        case .office: office(mood, &dice)
        case .gallery: gallery(mood, &dice)
        case .laboratory: laboratory(mood, &dice)
        case .bedroom: bedroom(mood, &dice)
        default: library(mood, &dice)
        }
    }

    /// A window with its blind and the night behind it.
    static func window(_ x: Int, _ y: Int, _ mood: Mood, width: Int = 120, height: Int = 132) -> String {
        let slats = stride(from: y + 8, to: y + height - 4, by: 11).map { "M\(x) \($0)h\(width)v5h-\(width)Z" }.joined()
        return """
            <rect x="\(x)" y="\(y)" width="\(width)" height="\(height)" fill="\(mood.skyLow)"/><circle \
            cx="\(x + width * 2 / 3)" \
            cy="\(y + height / 3)" r="\(width)" fill="url(#moonlight)" opacity=".8"/><path d="\(slats)" \
            fill="\(mood.near)" \
            opacity=".85"/><path d="M\(x - 6) \(y - 6)h\(width + 12)v\(height + 12)h\(-width - 12)ZM\(x) \
            \(y)v\(height)h\(width)\
            v\(-height)Z" fill="\(mood.near)" fill-rule="evenodd"/><path d="M\(x + width / 2 - 2) \
            \(y)h5v\(height)h-5Z" \
            fill="\(mood.near)"/>
            """
    }

    /// A desk lamp that shines down; foot at (x, y).
    private static func deskLamp(_ x: Int, _ y: Int, _ mood: Mood) -> String {
        """
        <path d="M\(x + 4) \(y - 48)L\(x - 50) \(y + 10)H\(x + 100)L\(x + 46) \(y - 48)Z" fill="url(#cone)"/>
        <path d="M\(x - 16) \(y)h32v-5h-32ZM\(x - 2) \(y)V\(y - 46)L\(x + 22) \(y - 62)" stroke="\(mood.near)" \
        stroke-width="4" \
        fill="\(mood.near)"/><path d="M\(x + 2) \(y - 46)C\(x + 6) \(y - 74) \(x + 44) \(y - 74) \(x + 48) \(y - 46)Z" \
        fill="#2c6b4f"/><ellipse cx="\(x + 25)" cy="\(y - 46)" rx="23" ry="4" fill="#fff7df"/>
        <circle cx="\(x + 25)" cy="\(y - 40)" r="74" fill="url(#glow)"/>
        """
    }

    private static func desk(_ x: Int, _ y: Int, _ width: Int, _ mood: Mood) -> String {
        """
        <path d="M\(x) \(y)h\(width)v12h\(-width)ZM\(x + 8) \(y + 12)h74v66h-74ZM\(x + width - 82) \
        \(y + 12)h74v66h-74Z" \
        fill="\(mood.near)"/><path d="M\(x) \(y)h\(width)" stroke="\(mood.accent)" stroke-opacity=".7" \
        stroke-width="3"/>
        <path d="M\(x + 16) \(y + 22)h58v18h-58ZM\(x + 16) \(y + 48)h58v18h-58Z" fill="none" stroke="\(mood.far)" \
        stroke-width="2"/>
        """
    }

    private static func library(_ mood: Mood, _ dice: inout Dice) -> String {
        var books = ""
        var lit = ""
        for shelf in 0..<5 {
            let floor = 104 + shelf * 46
            for left in [20, 330] {
                var x = left
                while x < left + 146 {
                    let (width, height) = (dice.roll(6...13), dice.roll(24...37))
                    let book = "M\(x) \(floor)v\(-height)h\(width)v\(height)Z"
                    if dice.isOne(in: 9) { lit += book } else if !dice.isOne(in: 8) { books += book }
                    x += width + 2
                }
            }
        }
        let shelves = (0..<5).map { "M12 \(104 + $0 * 46)h164v6h-164ZM322 \(104 + $0 * 46)h164v6h-164Z" }.joined()
        return window(196, 84, mood, width: 106, height: 170) + """
            <path d="M12 56H176V340H12ZM322 56H486V340H322Z" fill="#000" opacity=".5"/><path d="\(books)" \
            fill="\(mood.far)"/>
            <path d="\(lit)" fill="\(mood.accent)" opacity=".5"/><path d="\(shelves)M8 50h10v290h-10ZM172 \
            50h10v290h-10Z\
            M316 50h10v290h-10ZM482 50h10v290h-10ZM4 44h182v10H4ZM312 44h184v10H312Z" fill="\(mood.near)"/>
            <path d="M226 340V262C226 246 286 246 286 262V340Z" fill="\(mood.near)"/>
            """ + desk(136, 330, 240, mood) + deskLamp(174, 330, mood) + """
                <path d="M254 330l50 -9v9ZM262 326h40" stroke="#f0ead8" stroke-width="4" fill="#f0ead8"/><path \
                d="M320 330v-18h24v18Z\
                M326 312v-5h20v5ZM322 307v-5h24v5Z" fill="\(mood.near)" stroke="\(mood.far)"/>
                """
    }

    private static func office(_ mood: Mood, _ dice: inout Dice) -> String {
        window(60, 84, mood, width: 170) + """
            <path d="M352 340V120H442V340Z" fill="\(mood.near)"/><path d="M362 132H432V236H362Z" fill="\(mood.accent)" \
            opacity=".55"/><text x="397" y="180" font-family="DejaVu Serif" font-weight="bold" font-size="12" \
            text-anchor="middle" fill="\(mood.near)">PRIVATE</text><text x="397" y="202" font-family="DejaVu Serif" \
            font-size="11" text-anchor="middle" fill="\(mood.near)">No. \(dice.roll(11...98))</text><circle cx="428" \
            cy="256" r="5" \
            fill="\(mood.accent)"/><path d="M362 236L300 424H430L432 236Z" fill="url(#cone)" opacity=".3"/>
            <path d="M20 340V232H72V340Z" fill="\(mood.near)"/><path d="M26 240h40v26h-40ZM26 274h40v26h-40ZM26 \
            308h40v26h-40Z\
            M42 250h8M42 284h8M42 318h8" fill="none" stroke="\(mood.far)" stroke-width="2.5"/>
            <path d="M250 96V150M222 130L278 130M226 132L250 124L274 132" stroke="\(mood.near)" stroke-width="5" \
            opacity=".8"/>
            <path d="M196 330V268C196 250 250 250 250 268V330Z" fill="\(mood.near)"/>
            """ + desk(104, 330, 230, mood) + deskLamp(264, 330, mood) + """
                <path d="M130 330c-6 -16 6 -22 26 -22s32 6 26 22ZM124 306c0 -14 64 -14 64 0l-12 4h-40Z" \
                fill="\(mood.near)" \
                stroke="\(mood.far)" stroke-width="2"/><path d="M212 328h40v-4h-40ZM214 323h36v-4h-36Z" fill="#f0ead8"/>
                """ + Figures.man(470, 404, mood, percent: 128)
    }

    private static func gallery(_ mood: Mood, _ dice: inout Dice) -> String {
        let frames = [30, 350].map { x in
            let (a, b) = (dice.roll(140...190), dice.roll(150...200))
            return """
                <rect x="\(x)" y="104" width="132" height="130" fill="#b48a3c"/><rect x="\(x + 9)" y="113" \
                width="114" height="112" \
                fill="\(mood.skyLow)"/><path d="M\(x + 9) 225V\(a)L\(x + 48) \(b)L\(x + 80) \(a)L\(x + 123) \(b)V225Z" \
                fill="\(mood.near)"/><circle cx="\(x + 90)" cy="138" r="11" fill="\(mood.accent)"/><path \
                d="M\(x + 66) 40L\(x - 10) 262\
                H\(x + 142)Z" fill="url(#cone)" opacity=".5"/><path d="M\(x + 54) 34h24l-5 16h-14Z" \
                fill="\(mood.near)"/>
                """
        }.joined()
        return frames + """
            <path d="M256 34L170 400H342Z" fill="url(#cone)" opacity=".7"/><path d="M244 30h24l-4 18h-16Z" \
            fill="\(mood.near)"/>
            <path d="M206 400V296H306V400ZM196 284H316V298H196Z" fill="\(mood.near)"/><path d="M196 284H316" \
            stroke="\(mood.accent)" stroke-width="3"/><rect x="210" y="176" width="92" height="108" fill="#d8ecf5" \
            opacity=".16" \
            stroke="#d8ecf5" stroke-opacity=".6" stroke-width="2"/><path d="M232 284C228 256 240 250 240 234C228 226 \
            230 196 256 194\
            C282 196 284 226 272 234C272 250 284 256 280 284Z" fill="#c9d3da"/><path d="M258 194C282 196 284 226 272 \
            234\
            C272 250 284 256 280 284H258Z" fill="#000" opacity=".38"/><ellipse cx="256" cy="404" rx="110" ry="14" \
            fill="\(mood.accent)" opacity=".18"/><path d="M60 410V372M150 410V372M60 376C90 396 120 396 150 376M362 \
            410V372\
            M452 410V372M362 376C392 396 422 396 452 376" stroke="#b48a3c" stroke-width="5" fill="none"/>
            """ + Figures.man(414, 402, mood, percent: 96)
    }

    private static func laboratory(_ mood: Mood, _ dice: inout Dice) -> String {
        let jars = stride(from: 40, through: 460, by: 34).map { x in
            "M\(x) 132v\(-dice.roll(16...34))h\(dice.roll(10...20))v40Z"
        }.joined()
        return window(352, 164, mood, width: 110, height: 100) + """
            <path d="M24 132H488V140H24ZM24 78H488V84H24Z" fill="\(mood.near)"/><path d="\(jars)" fill="\(mood.far)"/>
            <path d="M170 40V60M140 60H372V74H140Z" stroke="\(mood.near)" stroke-width="4" fill="#eafaff"/>
            <path d="M140 74H372L470 330H60Z" fill="url(#cone)" opacity=".6"/>
            <path d="M20 300H492V316H20ZM36 316H476V420H36Z" fill="\(mood.near)"/><path d="M20 300H492" \
            stroke="\(mood.accent)" \
            stroke-width="3" opacity=".8"/><path d="M60 330H180V404H60ZM196 330H316V404H196ZM332 330H452V404H332Z" \
            fill="none" \
            stroke="\(mood.far)" stroke-width="2"/>
            <g stroke="#dcecf5" stroke-width="3" fill="#dcecf5" fill-opacity=".16"><path d="M98 226V256L70 \
            298H142L114 256V226Z"/>
            <path d="M176 212H200V298H176ZM212 238H232V298H212Z"/><circle cx="288" cy="268" r="29"/><path d="M280 \
            240V206H296V240\
            M296 214C330 210 340 240 340 298" fill="none"/></g><path d="M84 276H128L142 298H70Z" fill="\(mood.accent)" \
            opacity=".85"/><path d="M260 272C272 282 304 262 316 272C314 302 264 304 260 272Z" fill="\(mood.accent)" \
            opacity=".7"/>
            <path d="M178 262H198V296H178ZM214 274H230V296H214Z" fill="#9c3b46"/><g fill="\(mood.near)"><path d="M392 \
            300V290H452V300Z\
            M402 290C396 250 416 240 432 240L428 228L444 220L462 262L448 270L442 252C424 252 420 262 424 290ZM424 \
            222L446 210L452 222\
            L430 234Z"/></g>
            """
    }

    private static func bedroom(_ mood: Mood, _ dice: inout Dice) -> String {
        window(dice.roll(50...90), 84, mood, width: 124, height: 150) + """
            <path d="M262 342V226C262 196 462 196 462 226V342Z" fill="\(mood.near)"/><path d="M278 342V262C300 240 \
            424 240 446 262\
            V342Z" fill="\(mood.far)"/><path d="M290 286C290 262 350 262 352 286ZM372 286C374 262 434 262 434 286Z" \
            fill="#cfd9e2" \
            opacity=".75"/><path d="M240 300C300 276 424 276 484 300L500 424H224Z" fill="\(mood.middle)"/><path \
            d="M240 300\
            C300 276 424 276 484 300L486 316C424 294 300 294 238 316Z" fill="#cfd9e2" opacity=".55"/><path d="M290 \
            300C276 340 300 380 \
            282 424M380 288C396 340 370 380 390 424M440 296C430 340 452 390 446 424" stroke="#000" \
            stroke-opacity=".35" \
            stroke-width="4" fill="none"/><path d="M184 342V290H240V342Z" fill="\(mood.near)"/><path d="M192 \
            300h40v14h-40ZM192 320h40\
            v14h-40Z" fill="none" stroke="\(mood.far)" stroke-width="2"/><path d="M206 290h12v-24h-12ZM192 \
            266H232L224 236H200Z" \
            fill="\(mood.accent)"/><circle cx="212" cy="252" r="86" fill="url(#glow)"/><path d="M36 424L60 360H110L96 \
            424Z" \
            fill="\(mood.near)"/><path d="M60 360V322H66V360ZM104 360V322H110V360ZM58 318H112V330H58Z" \
            fill="\(mood.near)"/>
            <path d="M118 404c20 -14 40 6 60 -4l10 12c-26 12 -50 0 -70 6Z" fill="\(mood.far)"/>
            """
    }
}
