enum Traces {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .blood: blood(paint)
        case .hair: hair(paint)
        case .fingerprint: fingerprint(paint)
        case .flower: flower
        default: bag(paint)
        }
    }

    private static func blood(_ paint: Paint) -> String {
        var dice = Dice(["drops", String(paint.seed)])
        let drops = (0..<22).map { _ in
            let (x, y) = (dice.roll(-120...120), dice.roll(-112...112))
            return "<ellipse cx=\"\(x)\" cy=\"\(y)\" rx=\"\(dice.roll(2...9))\" ry=\"\(dice.roll(2...7))\"/>"
        }.joined()
        return """
            <g fill="#6f0f12">\(drops)<path d="M-62 -30C-44 -76 8 -86 38 -62C60 -46 98 -56 96 -20C94 6 70 10 74 38\
            C78 74 28 92 -4 74C-26 62 -52 82 -76 56C-94 34 -74 2 -62 -30Z"/><path d="M40 60C50 84 44 104 56 118C66 \
            104 60 78 \
            66 54Z"/></g><path d="M-48 -24C-34 -58 4 -66 28 -50" fill="none" stroke="#d4575b" stroke-width="7" \
            stroke-linecap="round" opacity=".8"/><path d="M-58 30C-40 54 -16 40 4 52" fill="none" stroke="#3a0608" \
            stroke-width="8" stroke-linecap="round" opacity=".7"/>
            """
    }

    private static func hair(_ paint: Paint) -> String {
        var dice = Dice(["strands", String(paint.seed)])
        let strands = (0..<7).map { _ in
            let (x, y) = (dice.roll(-60 ... -20), dice.roll(-40...40))
            return
                "M\(x) \(y)c\(dice.roll(10...40)) \(dice.roll(-60...60)) \(dice.roll(30...70)) \(dice.roll(-60...60)) "
                + "\(dice.roll(70...110)) \(dice.roll(-30...30))"
        }.joined()
        return """
            <circle r="112" fill="url(#glass)"/><circle r="112" fill="none" stroke="#eef6f6" stroke-width="6" \
            opacity=".9"/>
            <circle r="99" fill="#e9efee" opacity=".75"/><circle r="99" fill="none" stroke="#8fa6aa" stroke-width="2"/>
            <path d="\(strands)" fill="none" stroke="#3a2415" stroke-width="2.6" stroke-linecap="round"/>
            <path d="M-92 -40A100 100 0 0 1 -30 -96" fill="none" stroke="#fff" stroke-width="10" \
            stroke-linecap="round"/>
            <g transform="translate(92 70) rotate(-40)"><path d="M-12 0H96M-12 10H96" stroke="url(#steel)" \
            stroke-width="6"/>
            <path d="M-34 5L-8 -3V13Z" fill="url(#steel)"/></g>
            """
    }

    private static func fingerprint(_ paint: Paint) -> String {
        let ridges = (1...9).map { ring in
            let (rx, ry) = (ring * 8, ring * 11)
            let turn = (paint.seed + ring * 5) % 24 - 12
            return """
                <path d="M\(-rx) \(ry / 3)A\(rx) \(ry) 0 1 1 \(rx) \(ry / 3)L\(rx - 3) \(ry / 2 + 14)" \
                transform="rotate(\(turn))"/>
                """
        }.joined()
        return """
            <rect x="-104" y="-122" width="208" height="244" rx="4" fill="url(#paper)"/><rect x="-90" y="-108" \
            width="180" \
            height="182" fill="none" stroke="#6e6650" stroke-width="2"/><g transform="translate(0 -10) scale(.9)" \
            fill="none" \
            stroke="#22252b" stroke-width="4" stroke-linecap="round">\(ridges)<path d="M-4 8C-4 -4 4 -4 4 8L3 24"/></g>
            <path d="M-86 90H20M-86 104H-20" stroke="#5a5440" stroke-width="4"/><g font-family="DejaVu Sans Mono" \
            font-size="16" fill="#8a2f2f"><text x="88" y="104" text-anchor="end">R-\(paint.seed % 5 + 1)</text></g>
            """
    }

    private static let flower: String = {
        let petals = (0..<5).map { index in
            """
            <path d="M0 0C-34 -18 -30 -66 0 -70C30 -66 34 -18 0 0Z" transform="rotate(\(index * 72))"/>
            """
        }.joined()
        return """
            <path d="M-6 -20C10 40 -20 80 -64 126" fill="none" stroke="#3b5a35" stroke-width="9" \
            stroke-linecap="round"/>
            <path d="M-12 50C20 30 52 40 66 66C36 80 6 74 -12 50ZM-34 92C-60 70 -92 74 -104 92C-82 108 -56 108 -34 \
            92Z" \
            fill="#456b3e"/><path d="M-6 52C20 50 40 56 58 65" stroke="#2c4527" stroke-width="3" fill="none"/>
            <g transform="translate(0 -46)"><g fill="#a8283c">\(petals)</g><g fill="#fff" opacity=".16" \
            transform="scale(.66) rotate(36)">\(petals)</g><g fill="#000" opacity=".22" \
            transform="scale(.4)">\(petals)</g>
            <circle r="9" fill="#e5c35f"/></g><path d="M78 96C70 80 84 66 98 76C108 90 92 104 78 96Z" fill="#a8283c"/>
            """
    }()

    /// For everything without a drawing of its own.
    private static func bag(_ paint: Paint) -> String {
        var dice = Dice(["bag", String(paint.seed)])
        let shape = dice.pick([
            "<rect x=\"-46\" y=\"-6\" width=\"92\" height=\"70\" rx=\"8\" fill=\"url(#tint)\"/>",
            "<ellipse cx=\"0\" cy=\"30\" rx=\"58\" ry=\"36\" fill=\"url(#tint)\"/>",
            "<path d=\"M-56 58L-20 -8L10 24L34 -2L58 58Z\" fill=\"url(#tint)\"/>",
            "<path d=\"M-60 34C-40 -14 40 -14 60 34C40 66 -40 66 -60 34Z\" fill=\"url(#iron)\"/>",
        ])
        return """
            <path d="M-100 -120H100L104 120C60 126 -60 126 -104 120Z" fill="#dfe7e8" opacity=".62"/>\(shape)
            <path d="M-100 -120H100L101 -62H-101Z" fill="#c23b2e"/><path d="M-101 -62H101" stroke="#fff" \
            stroke-width="3"/>
            <text x="0" y="-82" font-family="DejaVu Sans" font-weight="bold" font-size="30" text-anchor="middle" \
            fill="#fff" letter-spacing="3">EVIDENCE</text><g fill="#fff" opacity=".93"><rect x="-84" y="76" \
            width="168" \
            height="36"/></g><path d="M-76 88H-10M-76 100H30" stroke="#3c4248" stroke-width="4"/><path d="M44 \
            84v22M50 84v22\
            M54 84v22M62 84v22M66 84v22M74 84v22" stroke="#1c1f23" stroke-width="3"/>
            <path d="M-84 -50C-90 0 -84 50 -90 110M-60 -54C-40 -10 -70 20 -56 70M70 -50C90 0 60 40 84 108" fill="none" \
            stroke="#fff" stroke-opacity=".65" stroke-width="4"/><path d="M-100 -120L-94 100L-70 -120Z" fill="#fff" \
            opacity=".25"/>
            """
    }
}
