enum Household {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .glass: glass
        case .pills: pills(paint)
        case .cup: cup(paint)
        case .candle: candle
        case .cigarette: cigarette
        case .lighter: lighter
        default: bottle(paint)
        }
    }

    private static let glass = """
        <path d="M-58 -112H58C64 -52 48 2 8 14V74C8 84 52 86 58 98C60 104 -60 104 -58 98C-52 86 -8 84 -8 74V14\
        C-48 2 -64 -52 -58 -112Z" fill="url(#glass)" stroke="#e8f4f4" stroke-opacity=".8" stroke-width="3"/>
        <path d="M-58 -60C-20 -50 24 -70 58 -58C54 -22 38 4 0 6C-38 4 -54 -22 -58 -60Z" fill="#6d1425" opacity=".92"/>
        <ellipse cx="0" cy="-59" rx="57" ry="8" fill="#94283b" opacity=".9"/><ellipse cx="0" cy="-112" rx="58" ry="9" \
        fill="none" stroke="#f4fbfb" stroke-opacity=".9" stroke-width="2.5"/><path d="M-46 -100C-50 -60 -44 -24 -26 \
        -8" \
        fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="6"/><path d="M22 -112C26 -104 34 -104 40 -111" \
        fill="none" stroke="#b3324a" stroke-width="8" opacity=".7"/><path d="M-2 18V78" stroke="#fff" stroke-width="2"/>
        """

    private static func bottle(_ paint: Paint) -> String {
        """
        <path d="M-20 -84H20V-54C20 -44 52 -34 52 -8V92C52 104 46 110 34 110H-34C-46 110 -52 104 -52 92V-8\
        C-52 -34 -20 -44 -20 -54Z" fill="url(#tint)" opacity=".9"/><path d="M-44 30H44V90C44 98 40 102 32 102H-32\
        C-40 102 -44 98 -44 90Z" fill="#000" opacity=".28"/>
        <rect x="-24" y="-92" width="48" height="14" rx="4" fill="#cfd8da" opacity=".65"/>
        <path d="M-16 -122H16L19 -90H-19Z" fill="#a67c4e"/><path d="M-8 -116v20M2 -118v22" stroke="#7a5633" \
        stroke-width="3"/>
        <rect x="-44" y="0" width="88" height="70" fill="url(#paper)"/><rect x="-38" y="6" width="76" height="58" \
        fill="none" \
        stroke="#5a4a2c" stroke-width="2"/><circle cx="0" cy="28" r="14" fill="#23201a"/><path d="M-7 36h14v8h-14Z" \
        fill="#23201a"/><circle cx="-5" cy="28" r="4" fill="#f3ead2"/><circle cx="5" cy="28" r="4" fill="#f3ead2"/>
        <path d="M-20 54H20" stroke="#5a4a2c" stroke-width="4"/><path d="M-42 -6V94" stroke="#fff" stroke-opacity=".5" \
        stroke-width="6" stroke-linecap="round"/>
        """
    }

    private static func pills(_ paint: Paint) -> String {
        let scattered = [(-92, 66, 20), (-58, 92, -40), (-104, 22, 70), (-18, 84, 10), (-66, 44, -15)].map {
            x, y, turn in
            """
            <g transform="translate(\(x) \(y)) rotate(\(turn))"><rect x="-19" y="-9" width="38" height="18" rx="9" \
            fill="#f1ede2"/><path d="M0 -9H10A9 9 0 0 1 10 9H0Z" fill="\(paint.accent)"/><path d="M-12 -4H12" \
            stroke="#fff" \
            stroke-width="3" opacity=".7"/></g>
            """
        }.joined()
        return """
            <g transform="translate(30 -16) rotate(22)"><rect x="-48" y="-70" width="96" height="150" rx="12" \
            fill="#c96f1d" \
            opacity=".86"/><rect x="-54" y="-104" width="108" height="40" rx="6" fill="#f1eee6"/><path d="M-46 \
            -100v32M-34 -100\
            v32M-22 -100v32M-10 -100v32M2 -100v32M14 -100v32M26 -100v32M38 -100v32" stroke="#c8c2b4" stroke-width="4"/>
            <rect x="-48" y="-36" width="96" height="86" fill="url(#paper)"/><path d="M-38 -22H30M-38 -8H38M-38 \
            6H14M-38 20H38\
            M-38 34H-4" stroke="#4a4d52" stroke-width="5"/><path d="M-40 -58V70" stroke="#fff" stroke-opacity=".45" \
            stroke-width="7"/></g>\(scattered)
            """
    }

    private static func cup(_ paint: Paint) -> String {
        """
        <ellipse cx="0" cy="30" rx="124" ry="92" fill="#e9e5da"/><ellipse cx="0" cy="28" rx="112" ry="82" fill="none" \
        stroke="\(paint.accent)" stroke-width="5"/><ellipse cx="0" cy="30" rx="74" ry="54" fill="#cfc9ba"/>
        <path d="M64 -20C122 -34 124 40 56 34" fill="none" stroke="#f4f1e8" stroke-width="15"/>
        <path d="M-74 -34C-72 40 -44 66 0 66C44 66 72 40 74 -34Z" fill="#f4f1e8"/><path d="M20 64C56 54 70 20 74 -34H52\
        C50 10 42 48 20 64Z" fill="#000" opacity=".14"/><ellipse cx="0" cy="-34" rx="74" ry="36" fill="#fffdf6"/>
        <ellipse cx="0" cy="-31" rx="63" ry="28" fill="#3a1f10"/><path d="M-44 -42C-20 -54 20 -54 40 -44" fill="none" \
        stroke="#8b5a34" stroke-width="5"/><path d="M-66 -6C-60 30 -44 48 -24 56" fill="none" stroke="\(paint.accent)" \
        stroke-width="5" opacity=".8"/><path d="M-100 92L-20 116" stroke="url(#steel)" stroke-width="9" \
        stroke-linecap="round"/><ellipse cx="-8" cy="120" rx="22" ry="11" fill="url(#steel)"/>
        """
    }

    private static let candle = """
        <path d="M-70 100C-70 84 -20 84 -16 70V22H16V70C20 84 70 84 70 100C70 112 -70 112 -70 100Z" fill="url(#brass)"/>
        <path d="M-34 14H34L24 30H-24Z" fill="url(#brass)"/><path d="M-18 -74H18V16H-18Z" fill="#efe6cf"/>
        <path d="M-18 -74C-10 -66 8 -82 18 -70V-30C12 -20 8 -40 4 -30V-4C0 6 -4 -10 -6 -34C-10 -28 -14 -40 -18 -30Z" \
        fill="#fff9e6"/><path d="M0 -74C0 -82 4 -86 2 -94" stroke="#2a2018" stroke-width="4" fill="none"/>
        <path d="M4 -98C-14 -110 0 -128 2 -142C18 -128 22 -108 4 -98Z" fill="#9aa0a6" opacity=".45"/>
        <path d="M-12 26V70M-58 96C-50 90 -30 90 -14 80" stroke="#fff" stroke-opacity=".6" stroke-width="4" \
        fill="none"/>
        <path d="M70 92C104 80 112 116 80 118" fill="none" stroke="url(#brass)" stroke-width="9"/>
        """

    private static let cigarette = """
        <ellipse cx="0" cy="28" rx="118" ry="84" fill="url(#glass)" stroke="#dfeaea" stroke-width="4"/>
        <ellipse cx="0" cy="26" rx="88" ry="58" fill="#30363a" opacity=".75"/><path d="M-60 40C-30 10 20 60 52 30C30 \
        70 -40 74 \
        -60 40Z" fill="#8d8d88"/><path d="M-30 54C0 40 30 56 44 46" stroke="#c9c7bf" stroke-width="6" fill="none"/>
        <g transform="translate(22 -6) rotate(-28)"><rect x="-76" y="-9" width="104" height="18" fill="#f3f1ea"/>
        <rect x="28" y="-9" width="40" height="18" fill="#c68a48"/><path d="M-76 -9H-66L-70 9H-84C-86 0 -80 -6 -76 \
        -9Z" \
        fill="#4a4a48"/><path d="M30 -4H66" stroke="#fff" stroke-opacity=".5" stroke-width="3"/><path d="M58 -9v18" \
        stroke="#a32a3c" stroke-width="6" opacity=".7"/></g><g transform="translate(-34 34) rotate(34)">
        <rect x="-30" y="-8" width="34" height="16" fill="#eae6da"/><rect x="4" y="-8" width="30" height="16" \
        fill="#b87b3c"/></g>
        <path d="M-64 -18C-80 -60 -44 -70 -60 -116" stroke="#e8ecee" stroke-opacity=".35" stroke-width="9" fill="none" \
        stroke-linecap="round"/>
        """

    private static let lighter = """
        <g transform="rotate(-14)"><rect x="-50" y="-22" width="100" height="132" rx="9" fill="url(#steel)"/>
        <path d="M-50 -30H50V-26H-50Z" fill="#4a5258"/><g transform="rotate(-38 50 -30)"><rect x="-50" y="-98" \
        width="100" \
        height="66" rx="9" fill="url(#steel)"/></g><rect x="-34" y="-70" width="52" height="44" fill="#7c858b"/>
        <path d="M-28 -62h6M-16 -62h6M-4 -62h6M-28 -50h6M-16 -50h6M-4 -50h6" stroke="#2c3136" stroke-width="6"/>
        <circle cx="28" cy="-40" r="13" fill="#3a4046"/><path d="M-30 10H30V84H-30Z" fill="none" stroke="#69737a" \
        stroke-width="3"/><text x="0" y="62" font-family="DejaVu Serif" font-style="italic" font-weight="bold" \
        font-size="44" text-anchor="middle" fill="#5b646b">R.</text><path d="M-42 -14V100" stroke="#fff" \
        stroke-opacity=".75" stroke-width="5"/></g>
        """
}
