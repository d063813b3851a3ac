enum Valuables {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .ring: ring(paint)
        case .necklace: necklace(paint)
        case .coins: coins
        case .banknotes: banknotes
        default: key(paint)
        }
    }

    private static func key(_ paint: Paint) -> String {
        """
        <g transform="rotate(-28)"><circle cx="-78" cy="0" r="44" fill="none" stroke="url(#brass)" stroke-width="17"/>
        <circle cx="-78" cy="0" r="17" fill="none" stroke="#8f6a20" stroke-width="5"/><path d="M-36 -9H116V9H-36Z" \
        fill="url(#brass)"/><path d="M74 9H86V40H74ZM92 9H104V32H92ZM108 9H116V46H108Z" fill="#b0832c"/>
        <rect x="-38" y="-15" width="14" height="30" rx="4" fill="url(#brass)"/><rect x="-16" y="-13" width="7" \
        height="26" \
        fill="#8f6a20"/><path d="M-30 -5H112" stroke="#fff" stroke-opacity=".6" stroke-width="3"/></g>
        <g transform="translate(-84 74) rotate(24)"><path d="M-24 -22H26L44 0L26 22H-24C-32 22 -34 -22 -24 -22Z" \
        fill="\(paint.accent)"/><circle cx="32" cy="0" r="5" fill="#111"/><text x="0" y="9" font-family="DejaVu Sans" \
        font-weight="bold" font-size="25" text-anchor="middle" fill="#f2e9d0">\(paint.seed % 89 + 10)</text></g>
        <path d="M-54 88C-30 92 -26 56 -50 34" fill="none" stroke="#d7c9a8" stroke-width="4"/>
        """
    }

    private static func ring(_ paint: Paint) -> String {
        """
        <ellipse cx="0" cy="44" rx="82" ry="68" fill="none" stroke="url(#brass)" stroke-width="20"/>
        <path d="M-72 20A82 68 0 0 1 -20 -22" fill="none" stroke="#fffbe6" stroke-opacity=".8" stroke-width="6"/>
        <path d="M-34 -20L-46 -46H46L34 -20Z" fill="#b0832c"/><path d="M-52 -78L-30 -106H30L52 -78L0 -22Z" \
        fill="\(paint.accent)"/><path d="M-52 -78H52L0 -22Z" fill="#fff" opacity=".18"/><path d="M-30 -106L-18 -78L0 \
        -106\
        L18 -78L30 -106M-52 -78H52M-18 -78L0 -22L18 -78" fill="none" stroke="#fff" stroke-opacity=".75" \
        stroke-width="2.5"/>
        <path d="M-52 -78L-30 -106L-18 -78Z" fill="#fff" opacity=".45"/><path d="M60 -118l4 12 12 4-12 4-4 \
        12-4-12-12-4 12-4Z" \
        fill="#fff" opacity=".9"/>
        """
    }

    private static func necklace(_ paint: Paint) -> String {
        // Points of the curve y = x²/110 - 78, so that the pearls hang as a chain does.
        let pearls = stride(from: -108, through: 108, by: 18).map { x in
            let y = 66 - x * x / 84
            return """
                <circle cx="\(x)" cy="\(y)" r="11.5" fill="#e9e2d4"/><circle cx="\(x + 3)" cy="\(y + 4)" r="7" \
                fill="#b5aa97" \
                opacity=".6"/><circle cx="\(x - 4)" cy="\(y - 4)" r="3.4" fill="#fff"/>
                """
        }.joined()
        return """
            <path d="M-108 -72C-96 -110 -40 -120 0 -116C44 -112 100 -106 108 -72" fill="none" stroke="#d9c9a4" \
            stroke-width="4" stroke-dasharray="7 5"/>\(pearls)
            <path d="M0 78V90" stroke="url(#brass)" stroke-width="6"/><path d="M0 84L24 108L0 142L-24 108Z" \
            fill="\(paint.accent)" stroke="#d8b45c" stroke-width="5"/><path d="M0 88L20 108H-20Z" fill="#fff" \
            opacity=".4"/>
            """
    }

    private static let coins: String = [(-44, 34, 50), (50, 46, 44), (8, -46, 54)].map { x, y, r in
        """
        <g transform="translate(\(x) \(y))"><circle cx="3" cy="5" r="\(r)" fill="#4d370d"/><circle r="\(r)" \
        fill="url(#brass)"/><circle r="\(r - 8)" fill="none" stroke="#7a5718" stroke-width="2" stroke-dasharray="2 4"/>
        <path d="M-12 \(r / 2)C-20 10 -20 -18 0 \(-r / 2)C16 -18 16 -2 8 8L14 \(r / 2)Z" fill="#8f6a20" opacity=".75"/>
        <path d="M\(-r + 6) -4A\(r - 5) \(r - 5) 0 0 1 -2 \(-r + 5)" stroke="#fff" stroke-opacity=".7" \
        stroke-width="4" \
        fill="none"/></g>
        """
    }.joined()

    private static let banknotes: String =
        [(-11, -12, "#8fa68a"), (5, 2, "#9db394"), (-3, 14, "#b3c4a4")].map {
            turn, y, fill in
            """
            <g transform="rotate(\(turn)) translate(0 \(y))"><rect x="-118" y="-54" width="236" height="108" rx="3" \
            fill="\(fill)"/><rect x="-108" y="-44" width="216" height="88" fill="none" stroke="#3d5740" \
            stroke-width="3"/>
            <ellipse rx="36" ry="38" fill="#dfe6d2" stroke="#3d5740" stroke-width="3"/><path d="M-20 30C-18 8 18 8 20 \
            30M-11 -8\
            A11 13 0 1 1 11 -8A11 13 0 1 1 -11 -8" fill="#4d6a50"/><g font-family="DejaVu Serif" font-weight="bold" \
            font-size="22" text-anchor="middle" fill="#2f4a33"><text x="-84" y="-18">100</text><text x="84" \
            y="36">100</text></g>
            <path d="M-98 20H-52M-98 30H-60M52 -26H98M60 -16H98" stroke="#3d5740" stroke-width="3"/></g>
            """
        }.joined() + "<rect x=\"-34\" y=\"-50\" width=\"30\" height=\"128\" rx=\"2\" fill=\"#e6dcc0\" opacity=\".95\"/>"
        + "<path d=\"M-34 -50h30M-34 78h30\" stroke=\"#9d8f68\" stroke-width=\"3\"/>"
}
