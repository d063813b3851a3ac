enum Documents {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .book: book
        case .photograph: photograph(paint)
        case .ticket: ticket(paint)
        case .newspaper: newspaper
        default: letter(paint)
        }
    }

    /// Lines of unreadable handwriting, different for every find.
    private static func scrawl(_ paint: Paint, x: Int, y: Int, width: Int, lines: Int) -> String {
        var dice = Dice(["scrawl", String(paint.seed)])
        var path = ""
        for line in 0..<lines {
            path += "M\(x) \(y + line * 15)"
            var covered = 0
            let end = line == lines - 1 ? width / 2 : width - dice.roll(0...26)
            while covered < end {
                let step = dice.roll(5...11)
                path += "q\(step / 2) \(dice.roll(-8...3)) \(step) \(dice.roll(-2...2))"
                covered += step
                if dice.isOne(in: 5) {
                    path += "m6 0"
                    covered += 6
                }
            }
        }
        return "<path d=\"\(path)\" fill=\"none\" stroke=\"#28344f\" stroke-width=\"1.9\" stroke-linecap=\"round\"/>"
    }

    private static func letter(_ paint: Paint) -> String {
        """
        <g transform="rotate(-7) translate(-26 8)"><rect x="-92" y="-30" width="200" height="128" rx="3" \
        fill="#cdbf9c"/>
        <path d="M-92 -28L8 52L108 -28" fill="none" stroke="#8c7c55" stroke-width="3"/><path d="M-92 98L-14 34M108 \
        98L30 34" \
        stroke="#a4946c" stroke-width="2"/></g>
        <g transform="rotate(5) translate(16 -16)"><path d="M-78 -104H70L84 -90V88H-78Z" fill="url(#paper)"/>
        <path d="M70 -104L84 -90H70Z" fill="#b9ae8f"/><path d="M-78 -8H84M-78 46H84" stroke="#000" \
        stroke-opacity=".07" \
        stroke-width="3"/>\(scrawl(paint, x: -62, y: -78, width: 122, lines: 9))</g>
        <g transform="translate(66 78)"><circle r="23" fill="\(paint.accent)"/><circle r="16" fill="none" \
        stroke="#000" \
        stroke-opacity=".35" stroke-width="3"/><path d="M-14 -16A21 21 0 0 1 10 -19" stroke="#fff" stroke-opacity=".5" \
        stroke-width="4" fill="none"/><path d="M-7 8L0 -10L7 8M-4 2H4" stroke="#000" stroke-opacity=".45" \
        stroke-width="3" fill="none"/></g>
        """
    }

    private static let book = """
        <path d="M-94 -108H72C86 -108 92 -100 92 -90V96C92 106 86 112 76 112H-94Z" fill="#ece3c8"/>
        <path d="M78 -100V108M84 -98V104" stroke="#b9ab84" stroke-width="2"/>
        <path d="M-100 -116H64C76 -116 82 -110 82 -100V90C82 100 76 104 66 104H-100C-108 104 -112 98 -112 90V-102\
        C-112 -110 -108 -116 -100 -116Z" fill="url(#tint)"/>
        <path d="M-112 -102C-112 -110 -108 -116 -100 -116H-82V104H-100C-108 104 -112 98 -112 90Z" fill="#000" \
        opacity=".32"/>
        <rect x="-66" y="-98" width="132" height="184" rx="3" fill="none" stroke="#d8b45c" stroke-width="3"/>
        <rect x="-60" y="-92" width="120" height="172" rx="2" fill="none" stroke="#d8b45c" stroke-opacity=".6"/>
        <path d="M-34 -52H34M-22 -34H22" stroke="#e6c878" stroke-width="6"/><path d="M0 -6L20 22L0 50L-20 22Z" \
        fill="none" \
        stroke="#e6c878" stroke-width="4"/><path d="M30 104V140L39 130L48 140V104Z" fill="#b03434"/>
        <path d="M-96 -110H60" stroke="#fff" stroke-opacity=".25" stroke-width="3"/>
        <rect x="60" y="-22" width="34" height="26" rx="3" fill="url(#brass)"/><circle cx="76" cy="-9" r="5" \
        fill="#4a3410"/>
        """

    private static func photograph(_ paint: Paint) -> String {
        """
        <g transform="rotate(-9) translate(-18 6)"><rect x="-88" y="-100" width="160" height="190" fill="#d6d0c2"/></g>
        <g transform="rotate(4)"><rect x="-88" y="-106" width="182" height="214" rx="2" fill="#f6f2e8"/>
        <rect x="-74" y="-92" width="154" height="154" fill="#39352f"/><path d="M-74 62V8L-30 -24L4 6L34 -14L80 \
        22V62Z" \
        fill="#5c554a"/><circle cx="46" cy="-58" r="15" fill="#d8cfb8" opacity=".7"/>
        <path d="M-34 62C-34 26 -22 14 2 14C26 14 38 26 38 62Z" fill="#191714"/><ellipse cx="2" cy="-12" rx="20" \
        ry="25" \
        fill="#bfae93"/><path d="M-26 -22C-20 -50 24 -50 30 -22C12 -30 -8 -30 -26 -22Z" fill="#191714"/>
        <path d="M-36 -20H40" stroke="#191714" stroke-width="7"/><path d="M4 -37C14 -30 22 -16 20 0C16 12 10 13 4 13Z" \
        fill="#000" opacity=".25"/><rect x="-74" y="-92" width="154" height="154" fill="#c98f3a" opacity=".12"/>
        \(scrawl(paint, x: -60, y: 86, width: 110, lines: 1))
        <path d="M-74 30L-20 -92H6L-74 88Z" fill="#fff" opacity=".08"/></g>
        """
    }

    private static func ticket(_ paint: Paint) -> String {
        """
        <g transform="rotate(8) translate(8 30)"><path d="M-100 -44H100V-12A13 13 0 0 0 100 14V46H-100V14A13 13 0 0 0 \
        -100 -12Z"\
         fill="#e4d2a2"/><rect x="-88" y="-33" width="142" height="68" fill="none" stroke="\(paint.accent)" \
        stroke-width="3"/><path d="M66 -42V44" stroke="#8a7848" stroke-width="3" stroke-dasharray="5 5"/>
        <text x="-17" y="0" font-family="DejaVu Sans" font-weight="bold" font-size="24" text-anchor="middle" \
        fill="\(paint.accent)">ADMIT ONE</text><text x="-17" y="24" font-family="DejaVu Sans Mono" font-size="15" \
        text-anchor="middle" fill="#4a3d1c">No. 00\(paint.seed)</text><g transform="translate(84 0) rotate(90)">\
        <text font-family="DejaVu Sans Mono" font-size="14" text-anchor="middle" \
        fill="#4a3d1c">\(paint.seed)</text></g></g>
        <g transform="rotate(-14) translate(-36 -40)"><path d="M-44 -70L-33 -64L-22 -70L-11 -64L0 -70L11 -64L22 \
        -70L33 -64\
        L44 -70V66L33 60L22 66L11 60L0 66L-11 60L-22 66L-33 60L-44 66Z" fill="#f5f3ec"/><path d="M-32 -46H32M-32 -30H12\
        M-32 -18H18M-32 -6H6M-32 6H14M-32 28H32" stroke="#4a4d52" stroke-width="4"/><path d="M22 -30h10M22 -18h10M22 \
        -6h10\
        M22 6h10M8 42H32" stroke="#4a4d52" stroke-width="4"/></g>
        """
    }

    private static let newspaper = """
        <path d="M-112 -96H104V104H-112Z" fill="#d8d2c0"/><path d="M104 -90L112 -84V110H-100V104" fill="#b9b29d"/>
        <path d="M-112 6H104" stroke="#000" stroke-opacity=".14" stroke-width="5"/>
        <text x="-4" y="-62" font-family="DejaVu Serif" font-weight="bold" font-size="28" text-anchor="middle" \
        fill="#23211c">THE EVENING</text><path d="M-100 -52H92M-100 -46H92" stroke="#23211c" stroke-width="2"/>
        <path d="M-100 -28H92M-100 -14H60" stroke="#23211c" stroke-width="9"/>
        <rect x="-100" y="4" width="92" height="72" fill="#6d685c"/><path d="M-100 76L-70 36L-48 58L-30 44L-8 76Z" \
        fill="#3f3b33"/><circle cx="-34" cy="24" r="9" fill="#a9a291"/>
        <path d="M4 8H44M4 18H44M4 28H40M4 38H44M4 48H42M4 58H44M4 68H36M54 8H92M54 18H90M54 28H92M54 38H92M54 48H88\
        M54 58H92M54 68H80M-100 88H92" stroke="#5a564b" stroke-width="4"/>
        <path d="M50 2H96V76H50Z" fill="none" stroke="#a32020" stroke-width="4"/>
        """
}
