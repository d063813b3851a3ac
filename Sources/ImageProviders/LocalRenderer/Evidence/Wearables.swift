enum Wearables {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .cloth: cloth(paint)
        case .shoe: shoe(paint)
        case .footprint: footprint
        case .hat: hat(paint)
        case .mask: mask
        default: glove
        }
    }

    private static let glove = """
        <g transform="rotate(-12)"><path d="M-46 116V48C-64 30 -78 6 -92 -16C-98 -28 -82 -40 -72 -30L-44 2L-52 -84\
        C-52 -98 -32 -100 -29 -86L-18 -22L-14 -104C-13 -118 8 -118 9 -104L12 -22L28 -92C31 -106 50 -102 48 -88L38 -12\
        L60 -58C66 -70 82 -64 78 -50C70 -20 62 10 52 42V116Z" fill="url(#hide)"/>
        <path d="M-46 84H52V116H-46Z" fill="#2a1910"/><path d="M-46 92H52M-46 108H52" stroke="#c79a6a" \
        stroke-width="2" \
        stroke-dasharray="6 4"/><path d="M-28 0L-20 40M2 -4V40M30 0L22 40" stroke="#2a1910" stroke-width="3.5" \
        fill="none"/>
        <path d="M-46 -80L-36 -10M-8 -100L-6 -30M34 -86L22 -24" stroke="#fff" stroke-opacity=".25" stroke-width="5" \
        fill="none"/><path d="M-40 52C-20 64 20 64 48 50" stroke="#000" stroke-opacity=".35" stroke-width="3" \
        fill="none"/></g>
        """

    private static func cloth(_ paint: Paint) -> String {
        """
        <path d="M-108 -70C-70 -96 -20 -78 18 -94C54 -108 96 -92 106 -58C118 -16 98 22 108 62C112 98 66 104 26 94\
        C-14 86 -52 110 -90 92C-122 76 -104 34 -112 -4C-116 -30 -122 -54 -108 -70Z" fill="#e6e0d2"/>
        <path d="M-98 -62C-60 -84 -20 -66 20 -82C52 -94 86 -82 94 -54C104 -16 86 22 96 58C98 86 62 92 26 82\
        C-12 74 -52 98 -84 82C-108 68 -92 30 -100 -4C-104 -26 -110 -50 -98 -62Z" fill="none" stroke="\(paint.accent)" \
        stroke-width="5"/><path d="M-60 -78C-30 -30 -70 20 -40 92M30 -90C10 -40 52 10 24 88M-106 -4C-60 -14 -20 20 30 0\
        C60 -8 90 6 102 10" stroke="#000" stroke-opacity=".17" stroke-width="7" fill="none"/>
        <path d="M-52 -76C-22 -30 -62 20 -32 90M38 -88C18 -40 60 10 32 86" stroke="#fff" stroke-opacity=".7" \
        stroke-width="4" fill="none"/><path d="M18 18C40 4 66 20 62 42C58 64 26 68 12 54C2 44 4 28 18 18Z" \
        fill="#7d1414" \
        opacity=".8"/><circle cx="76" cy="62" r="6" fill="#7d1414" opacity=".75"/><circle cx="2" cy="74" r="4" \
        fill="#7d1414" \
        opacity=".7"/><text x="-68" y="70" font-family="DejaVu Serif" font-style="italic" font-size="34" \
        fill="\(paint.accent)">M.</text>
        """
    }

    private static func shoe(_ paint: Paint) -> String {
        """
        <path d="M-112 -72C-84 -60 -52 -62 -34 -76C-6 -40 30 -14 84 -4C116 2 124 26 120 46H-116Z" fill="url(#hide)"/>
        <path d="M-122 44H122C124 58 118 66 104 66H-30V60H-64V78H-118C-124 78 -126 56 -122 44Z" fill="#17110c"/>
        <path d="M-112 -72C-84 -60 -52 -62 -34 -76L-28 -66C-50 -50 -86 -48 -112 -58Z" fill="#1f130b"/>
        <path d="M84 -4C64 8 58 26 60 44H120C124 26 116 2 84 -4Z" fill="#000" opacity=".2"/>
        <path d="M-22 -60L-2 -76M-6 -44L14 -60M12 -30L32 -46M-24 -74L14 -44M-8 -58L32 -28" stroke="\(paint.accent)" \
        stroke-width="5" stroke-linecap="round"/><path d="M-108 -40C-70 -30 -60 10 -62 42" stroke="#000" \
        stroke-opacity=".4" \
        stroke-width="3" fill="none" stroke-dasharray="6 4"/><path d="M20 -14C50 0 90 4 108 22" stroke="#fff" \
        stroke-opacity=".35" stroke-width="6" fill="none"/><path d="M-90 78C-80 68 -50 88 -40 66M40 66C60 74 80 62 \
        100 66" \
        stroke="#6b5234" stroke-width="8" fill="none"/>
        """
    }

    private static let footprint: String = {
        let ribs = stride(from: -96, through: 0, by: 13).map { y in
            "M-\(36 - abs(y + 52) / 4) \(y)L0 \(y + 8)L\(36 - abs(y + 52) / 4) \(y)"
        }.joined()
        return """
            <g transform="rotate(14)"><path d="M-140 -120C-60 -140 80 -134 124 -96C142 -30 130 80 110 122C20 140 -80 \
            136 -124 112\
            C-140 40 -136 -60 -140 -120Z" fill="#5a4632"/><path d="M-112 -90l14 6M80 -100l18 4M96 60l14 -8M-104 70l16 4\
            M-70 -110l10 2M60 108l14 -4M-94 10l8 -4M88 -20l12 2" stroke="#7d654a" stroke-width="7" \
            stroke-linecap="round"/>
            <path d="M0 -118C34 -118 46 -84 42 -46C40 -22 30 -6 30 16H-30C-30 -6 -40 -22 -42 -46C-46 -84 -34 -118 0 \
            -118Z\
            M-30 30H30C34 66 28 104 0 104C-28 104 -34 66 -30 30Z" fill="#2c2016"/><path d="\(ribs)M-20 46H20M-24 \
            60H24M-24 74H24\
            M-20 88H20" fill="none" stroke="#7d654a" stroke-width="5"/><path d="M-42 -46C-46 -84 -34 -118 0 -118" \
            fill="none" \
            stroke="#8f7658" stroke-width="4"/></g>
            """
    }()

    private static func hat(_ paint: Paint) -> String {
        """
        <ellipse cx="0" cy="38" rx="134" ry="58" fill="#23262b"/><ellipse cx="0" cy="32" rx="132" ry="54" \
        fill="url(#black)"/>
        <path d="M-78 30C-84 -30 -70 -92 -34 -96C-18 -98 -8 -82 0 -82C8 -82 20 -100 38 -96C72 -90 84 -30 78 30\
        C40 52 -40 52 -78 30Z" fill="#3b4047"/><path d="M-80 4C-40 26 40 26 80 4L78 32C40 52 -40 52 -78 32Z" \
        fill="\(paint.accent)"/><path d="M-34 -96C-18 -98 -8 -82 0 -82C8 -82 20 -100 38 -96C20 -60 -18 -60 -34 -96Z" \
        fill="#22262b"/><path d="M-68 -20C-66 -60 -54 -84 -38 -88" stroke="#fff" stroke-opacity=".3" stroke-width="6" \
        fill="none"/><path d="M-118 22C-90 0 -84 4 -80 6" stroke="#fff" stroke-opacity=".2" stroke-width="5" \
        fill="none"/>
        """
    }

    private static let mask = """
        <path d="M-120 -40C-80 -76 -30 -66 0 -50C30 -66 80 -76 120 -40C124 20 92 66 46 66C20 66 10 40 0 40C-10 40 -20 \
        66 -46 66\
        C-92 66 -124 20 -120 -40Z" fill="url(#black)" stroke="url(#brass)" stroke-width="6"/>
        <path d="M-88 -6C-66 -30 -36 -24 -22 2C-44 22 -72 20 -88 -6ZM88 -6C66 -30 36 -24 22 2C44 22 72 20 88 -6Z" \
        fill="#0a0b0d" \
        stroke="url(#brass)" stroke-width="4"/><path d="M0 -50V-84M-14 -54L-34 -88M14 -54L34 -88M-26 -58L-64 -84M26 \
        -58L64 -84" \
        stroke="#8a2f4a" stroke-width="10" stroke-linecap="round"/><path d="M-108 -36C-80 -60 -40 -56 -10 -42" \
        stroke="#fff" \
        stroke-opacity=".35" stroke-width="5" fill="none"/><path d="M-118 0C-150 30 -120 70 -136 112M118 0C150 30 120 \
        70 136 112" \
        stroke="#8a2f4a" stroke-width="6" fill="none"/>
        """
}
