enum Weapons {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .gun: gun
        case .bullet: bullet
        case .hammer: hammer(paint)
        case .rope: rope
        default: knife(paint)
        }
    }

    private static func knife(_ paint: Paint) -> String {
        """
        <g transform="rotate(-32)"><path d="M-18 -17L92 -16C118 -13 134 -2 142 8C112 16 60 17 -18 17Z" \
        fill="url(#steel)"/>
        <path d="M-18 6L104 6C122 6 134 7 142 8C112 16 60 17 -18 17Z" fill="#fff" opacity=".4"/>
        <path d="M-10 -8H84" stroke="#4d565d" stroke-width="2" opacity=".6"/>
        <rect x="-30" y="-27" width="13" height="54" rx="3" fill="url(#brass)"/>
        <path d="M-30 -18H-118C-132 -18 -136 -8 -136 0C-136 9 -131 20 -118 20C-98 20 -92 14 -74 14C-56 14 -50 19 -30 \
        18Z" \
        fill="url(#wood)"/><g fill="#d9b35a"><circle cx="-52" cy="0" r="4.5"/><circle cx="-82" cy="0" r="4.5"/>\
        <circle cx="-112" cy="1" r="4.5"/></g>
        <path d="M-130 -9C-110 -14 -60 -14 -34 -12" stroke="#fff" stroke-opacity=".28" stroke-width="4" fill="none"/>
        \(paint.seed.isMultiple(of: 2) ? stain : "")</g>
        """
    }

    private static let stain = """
        <path d="M142 8C124 13 100 15 74 16C80 6 90 9 96 2C102 -5 112 -2 118 -7C128 -4 137 2 142 8Z" fill="#7d1414" \
        opacity=".85"/><circle cx="62" cy="4" r="3.4" fill="#7d1414" opacity=".8"/>
        """

    private static let gun = """
        <path d="M-128 -62H108C118 -62 122 -56 122 -48V-26H-118C-126 -26 -130 -32 -130 -42Z" fill="url(#iron)"/>
        <path d="M-118 -26H34L28 -6H-20C-30 -6 -34 0 -36 8L-58 96C-60 104 -66 106 -74 104L-114 96C-122 94 -124 88 \
        -122 80\
        L-98 0C-104 -6 -116 -14 -118 -26Z" fill="#23282d"/>
        <path d="M-92 6L-40 14L-60 92L-112 82Z" fill="url(#wood)"/>
        <path d="M-84 20l38 6M-88 34l38 6M-92 48l38 6M-96 62l38 6" stroke="#24140a" stroke-width="3"/>
        <path d="M-26 -8C-30 20 -20 34 2 32C22 30 28 14 28 -6" fill="none" stroke="#2c3238" stroke-width="8"/>
        <path d="M-2 -8C2 4 0 14 -8 20" stroke="#15181b" stroke-width="6" fill="none"/>
        <path d="M-60 -58v28M-52 -58v28M-44 -58v28M-36 -58v28" stroke="#0f1113" stroke-width="3"/>
        <path d="M-124 -56H114" stroke="#fff" stroke-opacity=".35" stroke-width="3"/><rect x="96" y="-70" width="12" \
        height="9" fill="#15181b"/><rect x="-126" y="-71" width="14" height="10" fill="#15181b"/>
        """

    private static let bullet = """
        <g transform="rotate(-24 -40 0)"><path d="M-104 -22H10V22H-104Z" fill="url(#brass)"/>
        <path d="M10 -22C46 -20 64 -6 68 0C64 6 46 20 10 22Z" fill="#a8673a"/><path d="M10 -16C36 -14 52 -6 58 -2" \
        stroke="#ffd9b5" stroke-opacity=".7" stroke-width="5" fill="none"/>
        <rect x="-116" y="-25" width="10" height="50" rx="3" fill="url(#brass)"/><path d="M-100 -14H6" stroke="#fff" \
        stroke-opacity=".6" stroke-width="5"/></g>
        <g transform="translate(62 66)"><circle r="38" fill="url(#brass)"/><circle r="29" fill="none" stroke="#6b4a12" \
        stroke-width="2"/><circle r="11" fill="#b88a35" stroke="#6b4a12" stroke-width="2"/><circle cx="3" cy="2" r="4" \
        fill="#3d290a"/></g>
        <g transform="translate(70 -70) rotate(38)"><rect x="-40" y="-15" width="80" height="30" rx="2" \
        fill="url(#brass)"/>
        <ellipse cx="40" cy="0" rx="6" ry="15" fill="#2e210b"/></g>
        """

    private static func hammer(_ paint: Paint) -> String {
        """
        <g transform="rotate(38)"><rect x="-14" y="-70" width="28" height="206" rx="10" fill="url(#wood)"/>
        <rect x="-17" y="60" width="34" height="78" rx="12" fill="\(paint.accent)"/>
        <path d="M-12 70H12M-12 84H12M-12 98H12M-12 112H12" stroke="#000" stroke-opacity=".35" stroke-width="4"/>
        <path d="M-76 -112C-50 -116 -30 -106 -18 -106H20V-104H70C78 -104 80 -98 80 -90V-68C80 -60 78 -56 70 \
        -56H20L-20 -58\
        C-44 -62 -66 -78 -92 -92C-98 -96 -88 -110 -76 -112Z" fill="url(#iron)"/>
        <rect x="64" y="-112" width="20" height="64" rx="4" fill="url(#steel)"/><path d="M-70 -104C-40 -104 -20 -98 \
        60 -97" \
        stroke="#fff" stroke-opacity=".4" stroke-width="4" fill="none"/></g>
        """
    }

    private static let rope: String = {
        let coil =
            "M96 20C96 70 50 96 0 96C-56 96 -98 60 -98 8C-98 -50 -50 -84 4 -84C58 -84 84 -50 84 -6C84 42 46 66 2 66"
            + "C-40 66 -66 40 -66 4C-66 -34 -36 -54 4 -54C40 -54 54 -30 54 -4C54 24 30 38 4 36"
        return """
            <g fill="none" stroke-linecap="round"><path d="\(coil)" stroke="#4c3a22" stroke-width="25"/>
            <path d="\(coil)" stroke="#b8955c" stroke-width="20"/>
            <path d="\(coil)" stroke="#6e5330" stroke-width="20" stroke-dasharray="3 8" stroke-linecap="butt"/>
            <path d="\(coil)" stroke="#e4cd9b" stroke-width="4" stroke-dasharray="9 7" opacity=".8"/>
            <path d="M96 20C100 -30 124 -60 112 -104" stroke="#4c3a22" stroke-width="25"/>
            <path d="M96 20C100 -30 124 -60 112 -104" stroke="#b8955c" stroke-width="20"/>
            <path d="M96 20C100 -30 124 -60 112 -104" stroke="#6e5330" stroke-width="20" stroke-dasharray="3 8" \
            stroke-linecap="butt"/>
            <path d="M112 -104l-14 -16M112 -106l0 -20M114 -104l13 -15" stroke="#c9a96f" stroke-width="4"/></g>
            """
    }()
}
