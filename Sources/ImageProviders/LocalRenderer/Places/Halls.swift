enum Halls {
    static func drawing(of place: Place, _ mood: Mood, _ dice: inout Dice) -> String {
        switch place {
        case .kitchen: kitchen(mood, &dice)
        case .bar: bar(mood, &dice)
        case .cellar: cellar(mood, &dice)
        case .theatre: theatre(mood, &dice)
        default: hotel(mood, &dice)
        }
    }

    private static func hotel(_ mood: Mood, _ dice: inout Dice) -> String {
        var hooks = ""
        var keys = ""
        for row in 0..<4 {
            for column in 0..<7 {
                let (x, y) = (172 + column * 25, 178 + row * 27)
                hooks += "M\(x) \(y)h19v21h-19Z"
                if dice.isOne(in: 3) { keys += "M\(x + 8) \(y + 5)h4v12h-4Z" }
            }
        }
        return """
            <path d="M60 60H88V342H60ZM424 60H452V342H424ZM50 50H98V64H50ZM414 50H462V64H414ZM52 326H96V342H52ZM416 \
            326H460V342H416Z" \
            fill="\(mood.near)"/><path d="M160 166H356V292H160Z" fill="\(mood.near)"/><path d="\(hooks)" \
            fill="\(mood.middle)"/>
            <path d="\(keys)" fill="\(mood.accent)"/><path d="M256 30V62M206 86C206 60 306 60 306 86M196 86H316M256 \
            62V86" \
            stroke="\(mood.near)" stroke-width="4" fill="none"/><g fill="#fff7df"><circle cx="200" cy="80" \
            r="5"/><circle cx="228" \
            cy="74" r="5"/><circle cx="256" cy="72" r="5"/><circle cx="284" cy="74" r="5"/><circle cx="312" cy="80" \
            r="5"/></g>
            <circle cx="256" cy="82" r="120" fill="url(#glow)"/><path d="M200 90L60 424H452L312 90Z" \
            fill="url(#cone)" opacity=".35"/>
            <path d="M118 286H394V300H118ZM130 300H382V392H130Z" fill="\(mood.near)"/><path d="M118 286H394" \
            stroke="\(mood.accent)" \
            stroke-width="4"/><path d="M150 312H240V380H150ZM272 312H362V380H272Z" fill="none" stroke="\(mood.far)" \
            stroke-width="3"/>
            <path d="M214 286c0 -16 28 -16 28 0ZM226 270h4v-6h-4Z" fill="\(mood.accent)"/><path d="M330 286v-24l-14 \
            -20M330 262l14 -24\
            M330 262l0 -30M326 286h10" stroke="\(mood.near)" stroke-width="4" fill="none"/>
            <path d="M14 424V360L30 352H70L84 360V424ZM14 372H0V424M84 372H96V424" fill="\(mood.near)"/>
            <path d="M452 420V392H488V420ZM448 388H492V396H448ZM462 388V378H478V388" fill="\(mood.near)" \
            stroke="\(mood.near)" \
            stroke-width="3"/>
            """ + Figures.man(dice.roll(196...310), 412, mood, percent: 118)
    }

    private static func kitchen(_ mood: Mood, _ dice: inout Dice) -> String {
        let pans = (0..<4).map { index in
            let (x, r) = (56 + index * 42, dice.roll(13...19))
            return "<path d=\"M\(x) 92v26\"/><circle cx=\"\(x)\" cy=\"\(118 + r)\" r=\"\(r)\" fill=\"\(mood.near)\"/>"
        }.joined()
        let tiles = (0..<10).map { "M\($0 * 56) 210V318" }.joined()
        return """
            <path d="M0 210H512M0 246H512M0 282H512\(tiles)" stroke="\(mood.far)" stroke-opacity=".7" stroke-width="2"/>
            <g stroke="\(mood.near)" stroke-width="4"><path d="M30 90H210"/>\(pans)</g>
            """ + Rooms.window(262, 84, mood, width: 110, height: 110) + """
                <path d="M0 310H512V324H0ZM0 324H512V424H0Z" fill="\(mood.near)"/><path d="M0 310H512" \
                stroke="\(mood.accent)" \
                stroke-opacity=".75" stroke-width="3"/><path d="M20 336H104V414H20ZM118 336H202V414H118ZM330 \
                336H414V414H330ZM428 336H506\
                V414H428Z" fill="none" stroke="\(mood.far)" stroke-width="3"/><path d="M216 334H316V418H216Z" \
                fill="\(mood.middle)"/>
                <path d="M226 354H306V404H226Z" fill="\(mood.accent)" opacity=".4"/><path d="M226 344h80" \
                stroke="#c9d3da" \
                stroke-width="4"/><path d="M236 310V280C236 270 296 270 296 280V310ZM228 282h76v6h-76Z" \
                fill="\(mood.near)" \
                stroke="\(mood.far)" stroke-width="2"/><path d="M254 266C246 246 270 240 260 216M276 266C286 246 264 \
                236 276 210" \
                stroke="#d7e6f2" stroke-opacity=".4" stroke-width="7" fill="none" stroke-linecap="round"/>
                <path d="M420 30V84" stroke="\(mood.near)" stroke-width="4"/><path d="M392 110C396 78 444 78 448 110Z" \
                fill="\(mood.near)"/><ellipse cx="420" cy="110" rx="27" ry="5" fill="#fff7df"/><path d="M394 112L330 \
                424H510L446 112Z" \
                fill="url(#cone)" opacity=".6"/><circle cx="420" cy="112" r="80" fill="url(#glow)"/>
                <path d="M396 310V254L406 250V230H420V250L430 254V310ZM448 310v-30h34v30Z" fill="\(mood.near)" \
                stroke="\(mood.far)" \
                stroke-width="2"/><path d="M120 308l64 -12 6 6 -62 8Z" fill="#dbe4ea"/><path d="M96 310l26 -4 3 5Z" \
                fill="#6b4423"/>
                <circle cx="170" cy="302" r="3" fill="#a32020"/>
                """
    }

    private static func bar(_ mood: Mood, _ dice: inout Dice) -> String {
        let bottles = (0..<2).map { shelf in
            (0..<13).map { index in
                let (x, floor, h) = (112 + index * 23, 186 + shelf * 66, dice.roll(18...28))
                return "M\(x) \(floor)v\(-h)l4 -8v-9h5v9l4 8v\(h)Z"
            }.joined()
        }
        let stools = [130, 230, 330].map { x in
            "M\(x) 350h44v9h-44ZM\(x + 19) 359h6v58h-6ZM\(x + 4) 417h36v5h-36ZM\(x + 8) 390h28v4h-28Z"
        }.joined()
        return """
            <path d="M96 118H424V270H96Z" fill="#000" opacity=".5"/><path d="M96 118H424V270H96Z" fill="url(#cone)" \
            opacity=".6"/>
            <path d="\(bottles.joined())" fill="\(mood.near)"/><path d="M96 186H424V192H96ZM96 252H424V258H96ZM88 \
            110H432V120H88Z\
            M88 110H98V280H88ZM422 110H432V280H422Z" fill="\(mood.near)"/><path d="M30 288H482V304H30ZM44 \
            304H468V400H44Z" \
            fill="\(mood.near)"/><path d="M30 288H482" stroke="\(mood.accent)" stroke-width="4"/><path d="M60 \
            316H160V390H60ZM176 316\
            H276V390H176ZM292 316H392V390H292Z" fill="none" stroke="\(mood.far)" stroke-width="2"/>
            <path d="\(stools)" fill="#000" stroke="\(mood.far)" stroke-width="2"/>
            <g font-family="DejaVu Sans" font-weight="bold" font-size="46" text-anchor="middle" fill="none">
            <text x="256" y="90" stroke="\(mood.accent)" stroke-opacity=".35" stroke-width="8">BAR</text>
            <text x="256" y="90" stroke="\(mood.accent)" stroke-width="2.6">BAR</text></g><ellipse cx="256" cy="76" \
            rx="130" ry="64" \
            fill="url(#glow)" opacity=".75"/><path d="M198 288l-4 -30h28l-4 30ZM196 270h24" fill="\(mood.accent)" \
            fill-opacity=".5" stroke="#dbe7ef" stroke-width="2"/><path d="M392 288v-44l6 -12h8l6 12v44Z" \
            fill="\(mood.near)" \
            stroke="\(mood.far)" stroke-width="2"/>
            """ + Figures.man(dice.roll(290...320), 398, mood, percent: 124)
    }

    private static func cellar(_ mood: Mood, _ dice: inout Dice) -> String {
        let steps = (0..<8).map { "M\(20 + $0 * 22) \(190 + $0 * 22)h24v\(200 - $0 * 20)h-24Z" }.joined()
        let bricks = (0..<9).map { row in
            (0..<7).map { "M\($0 * 80 + row % 2 * 40) \(56 + row * 30)h78v28" }.joined()
        }.joined()
        let barrels = [(370, 340), (440, 344), (404, 284)].map { x, y in
            """
            <ellipse cx="\(x)" cy="\(y)" rx="33" ry="36" fill="\(mood.near)" stroke="\(mood.far)" stroke-width="3"/>
            <ellipse cx="\(x)" cy="\(y)" rx="22" ry="25" fill="none" stroke="\(mood.far)" stroke-width="2"/>
            """
        }.joined()
        return """
            <path d="\(bricks)" fill="none" stroke="#000" stroke-opacity=".4" stroke-width="3"/>
            <path d="M0 30H512V120C440 52 330 46 256 46C180 46 72 52 0 120Z" fill="\(mood.near)"/>
            <path d="M16 190V84C16 66 96 66 96 84V262L60 230Z" fill="\(mood.accent)" opacity=".7"/><path d="M16 \
            190L96 262L420 512H0Z" \
            fill="url(#cone)" opacity=".4"/><path d="\(steps)" fill="\(mood.near)"/><path d="M20 160L206 340" \
            stroke="\(mood.far)" stroke-width="5"/>\(barrels)<path d="M256 46V120" stroke="\(mood.near)" \
            stroke-width="3"/>
            <path d="M238 136L246 116H266L274 136Z" fill="\(mood.near)"/><circle cx="256" cy="140" r="7" \
            fill="#fff7df"/>
            <circle cx="256" cy="140" r="\(dice.roll(84...110))" fill="url(#glow)"/><path d="M240 140L180 424H350L272 \
            140Z" \
            fill="url(#cone)" opacity=".6"/><path d="M300 60V240C300 262 330 262 330 240V60" fill="none" \
            stroke="\(mood.near)" \
            stroke-width="12"/>
            """ + Figures.man(250, 404, mood, percent: 108)
    }

    private static func theatre(_ mood: Mood, _ dice: inout Dice) -> String {
        let folds = (0..<5).map { fold in
            "M\(fold * 24) 36C\(fold * 24 + 14) 160 \(fold * 24 - 6) 260 \(fold * 24 + 6) 344M\(512 - fold * 24) 36"
                + "C\(498 - fold * 24) 160 \(518 - fold * 24) 260 \(506 - fold * 24) 344"
        }.joined()
        let seats = [(404, 52), (438, 64)].map { y, step in
            stride(from: -20, to: 540, by: step).map { x in
                let right = x + step - 10
                return "M\(x) \(y + 40)V\(y + 8)C\(x) \(y - 10) \(right) \(y - 10) \(right) \(y + 8)V\(y + 40)Z"
            }.joined()
        }.joined()
        let spot = dice.roll(200...312)
        return """
            <path d="M100 60H412V340H100Z" fill="\(mood.middle)"/><path d="M0 30H130C150 150 90 240 120 344H0ZM512 \
            30H382\
            C362 150 422 240 392 344H512Z" fill="#5c1720"/><path d="M0 30H512V70C470 110 440 74 400 92C350 112 300 76 \
            256 96\
            C212 76 162 112 112 92C72 74 42 110 0 70Z" fill="#6d1c26"/><path d="\(folds)" fill="none" stroke="#000" \
            stroke-opacity=".4" stroke-width="7"/><path d="M\(spot - 10) 36L\(spot - 76) \
            344H\(spot + 76)L\(spot + 10) 36Z" \
            fill="url(#cone)"/><ellipse cx="\(spot)" cy="344" rx="86" ry="14" fill="\(mood.accent)" opacity=".5"/>
            <path d="M0 344H512V372H0Z" fill="\(mood.near)"/><path d="M0 344H512" stroke="\(mood.accent)" \
            stroke-opacity=".6" \
            stroke-width="3"/><path d="M\(spot - 2) 346V262h4v84ZM\(spot - 10) 342h20v5h-20Z" \
            fill="\(mood.near)"/><ellipse \
            cx="\(spot)" cy="256" rx="6" ry="10" fill="\(mood.near)"/><path d="\(seats)" fill="\(mood.near)" \
            stroke="\(mood.far)" \
            stroke-width="2"/>
            """ + Figures.man(spot + 26, 348, mood, percent: 80)
    }
}
