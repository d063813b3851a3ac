enum Town {
    static func drawing(of place: Place, _ mood: Mood, _ dice: inout Dice) -> String {
        switch place {
        case .warehouse: warehouse(mood, &dice)
        case .alley: alley(mood, &dice)
        case .rooftop: rooftop(mood, &dice)
        case .station: station(mood, &dice)
        case .street: street(mood, &dice)
        default: city(mood, &dice)
        }
    }

    private static func city(_ mood: Mood, _ dice: inout Dice) -> String {
        let far = Figures.skyline(mood.far, mood, &dice, heights: 110...210, lit: 16)
        let middle = Figures.skyline(mood.middle, mood, &dice, heights: 50...140, lit: 8)
        let x = dice.roll(70...400)
        return far + "<ellipse cx=\"256\" cy=\"300\" rx=\"300\" ry=\"36\" fill=\"url(#fog)\"/>" + middle
            + Figures.lamp(x, mood) + Figures.man(x + (x < 250 ? 90 : -60), 404, mood)
            + Figures.shine(x + 20, 396, mood)
    }

    private static func warehouse(_ mood: Mood, _ dice: inout Dice) -> String {
        let door = dice.roll(190...260)
        let boards = stride(from: 60, through: 470, by: 17).map { "M\($0) 190V340" }.joined()
        let crates = [(40, 350), (80, 350), (58, 318)].map { x, y in
            "<path d=\"M\(x) \(y)h36v36h-36ZM\(x) \(y)l36 36M\(x + 36) \(y)l-36 36\"/>"
        }.joined()
        return Figures.skyline(mood.far, mood, &dice, heights: 40...100, lit: 14) + """
            <path d="M36 342V190L150 118L264 190V342ZM250 342V190L364 118L478 190V342Z" fill="\(mood.middle)"/>
            <path d="\(boards)" stroke="#000" stroke-opacity=".3" stroke-width="2"/><path d="M30 194L150 116L264 \
            192L364 116\
            L484 194" fill="none" stroke="\(mood.near)" stroke-width="8"/>
            <rect x="\(door)" y="222" width="116" height="120" fill="\(mood.near)"/><path d="M\(door) \
            222h116v34h-116Z" \
            fill="\(mood.middle)"/><path d="M\(door) 230h116M\(door) 238h116M\(door) 246h116" stroke="#000" \
            stroke-width="2"/>
            <path d="M\(door + 4) 342V256H\(door + 112)V342L\(door + 150) 420H\(door - 40)Z" fill="url(#cone)" \
            opacity=".8"/>
            <path d="M\(door + 58) 196v12M\(door + 40) 214c0 -10 36 -10 36 0Z" stroke="\(mood.near)" stroke-width="4" \
            fill="\(mood.near)"/><circle cx="\(door + 58)" cy="216" r="46" fill="url(#glow)"/>
            <g fill="\(mood.middle)" stroke="\(mood.near)" stroke-width="4">\(crates)</g>
            <g fill="\(mood.near)"><text x="\(door > 225 ? 130 : 400)" y="228" font-family="DejaVu Sans" \
            font-weight="bold" \
            font-size="40" text-anchor="middle" opacity=".8">\(dice.roll(2...29))</text></g>
            """ + Figures.man(door + 62, 372, mood, percent: 92)
    }

    private static func alley(_ mood: Mood, _ dice: inout Dice) -> String {
        let bricks = stride(from: 60, to: 340, by: 20).map { "M0 \($0)L150 \(150 + ($0 - 60) * 2 / 3)" }.joined()
        let x = dice.roll(236...270)
        return Figures.skyline(mood.far, mood, &dice, heights: 70...170, lit: 9) + """
            <path d="M0 30H60L190 176V344L0 460Z" fill="\(mood.middle)"/><path d="M512 30H440L322 180V344L512 460Z" \
            fill="\(mood.near)"/><path d="\(bricks)" stroke="#000" stroke-opacity=".28" stroke-width="2"/>
            <path d="M190 344H322L512 460V512H0V460Z" fill="url(#ground)"/>
            <path d="M70 120h44v8h-44ZM70 190h52v8h-52ZM78 128v62M106 128v62M78 198L120 250M90 198L132 250M84 \
            206h14M94 220h14\
            M104 234h14" stroke="\(mood.near)" stroke-width="4" fill="\(mood.near)"/>
            <path d="M372 150h40v56h-40ZM440 122h46v66h-46Z" fill="\(mood.accent)" opacity=".72"/><path d="M392 \
            150v56M372 178h40\
            M463 122v66M440 155h46" stroke="\(mood.near)" stroke-width="4"/>
            <path d="M322 230h-46v-6h46Z" fill="\(mood.near)"/><path d="M270 224h22l-5 -12h-12Z" fill="\(mood.near)"/>
            <path d="M270 224L236 400H336L292 224Z" fill="url(#cone)" opacity=".85"/><circle cx="281" cy="226" r="46" \
            fill="url(#glow)"/><path d="M30 372h52v58H30ZM26 362h60v12H26ZM88 388h38v36H88Z" fill="\(mood.near)"/>
            <path d="M404 380l34 -30 40 16 6 46 -70 12Z" fill="\(mood.middle)"/>
            """ + Figures.man(x, 382, mood, percent: 90) + Figures.shine(x + 10, 404, mood, width: 60)
    }

    private static func rooftop(_ mood: Mood, _ dice: inout Dice) -> String {
        let tower = dice.roll(60...130)
        return Figures.skyline(mood.far, mood, &dice, base: 352, heights: 90...200, lit: 10)
            + Figures.skyline(mood.middle, mood, &dice, base: 360, heights: 30...90, lit: 6) + """
                <path d="M0 344H512V512H0Z" fill="\(mood.near)"/><path d="M0 330H512V350H0Z" fill="\(mood.middle)"/>
                <path d="M0 330H512" stroke="\(mood.far)" stroke-width="3"/>
                <g fill="\(mood.near)"><path d="M\(tower) 200L\(tower + 50) 164L\(tower + 100) 200V264H\(tower)Z"/>
                <path d="M\(tower + 6) 264h8L\(tower + 4) 350h-8ZM\(tower + 86) 264h8L\(tower + 106) \
                350h-8ZM\(tower + 46) 264h8v86h-8Z"/>
                <path d="M360 300h90v60h-90ZM352 292h106v12H352ZM300 344v-120h4v120ZM284 240h36v3h-36ZM290 \
                256h24v3h-24Z"/></g>
                <path d="M\(tower) 214h100M\(tower) 246h100M\(tower) 300l100 40M\(tower + 100) 300l-100 40" \
                stroke="\(mood.far)" \
                stroke-width="3" fill="none"/><rect x="378" y="310" width="26" height="50" fill="\(mood.accent)" \
                opacity=".8"/>
                <path d="M378 360L340 424H430L404 360Z" fill="url(#cone)" opacity=".7"/><circle cx="391" cy="300" \
                r="56" \
                fill="url(#glow)"/>
                """ + Figures.man(246, 372, mood, percent: 108)
    }

    private static func station(_ mood: Mood, _ dice: inout Dice) -> String {
        let (hour, minute) = (dice.roll(0...359), dice.roll(0...359))
        let columns = [60, 452].map {
            "<path d=\"M\($0 - 7) 150h14V400h-14ZM\($0 - 44) 118L\($0) 160L\($0 + 44) 118Z\"/>"
        }
        return """
            <path d="M0 96H512V128L256 150L0 128Z" fill="\(mood.near)"/><path d="M0 128L256 150L512 128" fill="none" \
            stroke="\(mood.far)" stroke-width="3"/><path d="M0 340L180 300H330L512 340V512H0Z" fill="\(mood.middle)"/>
            <path d="M196 302L40 512M214 302L150 512M298 302L362 512M316 302L480 512" stroke="\(mood.far)" \
            stroke-width="4"/>
            <path d="M190 312H322M176 328H336M158 348H354M134 374H380M104 406H410M66 446H450" stroke="\(mood.near)" \
            stroke-width="6"/><path d="M176 190C176 168 200 156 256 156C312 156 336 168 336 190V318H176Z" \
            fill="\(mood.near)"/>
            <path d="M192 196h56v50h-56ZM264 196h56v50h-56Z" fill="\(mood.accent)" opacity=".5"/><circle cx="256" \
            cy="282" r="13" \
            fill="#fff8e2"/><circle cx="256" cy="282" r="96" fill="url(#glow)"/><circle cx="204" cy="294" r="6" \
            fill="#fff8e2"/>
            <circle cx="308" cy="294" r="6" fill="#fff8e2"/><path d="M248 290L120 512H392L264 290Z" fill="url(#cone)" \
            opacity=".6"/><path d="M0 360L150 318V340L0 420Z" fill="\(mood.near)"/><path d="M512 360L362 318V340L512 \
            420Z" \
            fill="\(mood.near)"/><g fill="\(mood.near)">\(columns.joined())</g>
            <g transform="translate(404 206)"><path d="M-2 -70h4v40h-4Z" fill="\(mood.near)"/><circle r="34" \
            fill="\(mood.near)"/>
            <circle r="28" fill="#f2ead2"/><path d="M0 3V-15" stroke="#111" stroke-width="4.5" \
            transform="rotate(\(hour))"/>
            <path d="M0 4V-22" stroke="#111" stroke-width="3" transform="rotate(\(minute))"/><circle r="64" \
            fill="url(#glow)" \
            opacity=".5"/></g>
            """ + Figures.man(112, 396, mood, percent: 104)
    }

    private static func street(_ mood: Mood, _ dice: inout Dice) -> String {
        let car = dice.roll(210...300)
        return Figures.skyline(mood.far, mood, &dice, heights: 110...200, lit: 9)
            + Figures.skyline(mood.middle, mood, &dice, heights: 60...120, lit: 6) + """
                <path d="M0 340H512V356H0Z" fill="\(mood.far)" opacity=".5"/><path d="M20 420H90M150 420H220M290 \
                420H360M430 420H500" \
                stroke="\(mood.far)" stroke-width="5" opacity=".6"/>
                <g transform="translate(\(car) 0)"><path d="M-86 384C-90 356 -70 350 -50 346C-36 320 -16 314 14 \
                314C46 314 58 326 70 348\
                C94 350 104 358 104 384Z" fill="\(mood.near)"/><path d="M-38 346C-28 326 -14 322 2 322V346ZM10 322C38 \
                322 48 330 56 346H10Z" \
                fill="\(mood.far)"/><circle cx="-48" cy="384" r="19" fill="#000"/><circle cx="66" cy="384" r="19" \
                fill="#000"/>
                <circle cx="-48" cy="384" r="9" fill="\(mood.far)"/><circle cx="66" cy="384" r="9" fill="\(mood.far)"/>
                <path d="M-86 362L-300 330V424L-86 376Z" fill="url(#fog)"/><circle cx="-84" cy="366" r="36" \
                fill="url(#glow)"/>
                <circle cx="-84" cy="366" r="6" fill="#fff8e2"/><rect x="98" y="360" width="7" height="10" \
                fill="#c2302a"/></g>
                """ + Figures.lamp(dice.roll(40...80), mood, top: 150) + Figures.man(440, 398, mood)
            + Figures.shine(60, 400, mood)
    }
}
