enum Devices {
    static func drawing(of object: EvidenceObject, _ paint: Paint) -> String {
        switch object {
        case .watch: watch(paint)
        case .computer: computer
        case .drive: drive(paint)
        case .camera: camera
        case .torch: torch
        default: telephone(paint)
        }
    }

    private static func telephone(_ paint: Paint) -> String {
        let hour = paint.seed % 24
        let minute = paint.seed % 60
        let time = "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        return """
            <g transform="rotate(12)"><rect x="-64" y="-122" width="128" height="244" rx="18" fill="url(#black)"/>
            <rect x="-57" y="-112" width="114" height="224" rx="10" fill="#0d1722"/><rect x="-57" y="-112" width="114" \
            height="224" rx="10" fill="\(paint.accent)" opacity=".35"/><rect x="-18" y="-108" width="36" height="8" \
            rx="4" \
            fill="#05080b"/><text x="0" y="-56" font-family="DejaVu Sans" font-size="34" text-anchor="middle" \
            fill="#eef3f7">\(time)</text><rect x="-47" y="-28" width="94" height="40" rx="7" fill="#fff" opacity=".86"/>
            <path d="M-38 -16H6M-38 -4H34" stroke="#39424b" stroke-width="5"/><rect x="-47" y="20" width="94" \
            height="40" \
            rx="7" fill="#fff" opacity=".5"/><path d="M-38 32H-4M-38 44H26" stroke="#39424b" stroke-width="5"/>
            <path d="M20 -112L-57 20V-112Z" fill="#fff" opacity=".1"/><path d="M57 60L20 84L34 96L4 112H57Z" \
            fill="none" \
            stroke="#fff" stroke-opacity=".35" stroke-width="2"/><path d="M57 40L28 70L44 78L10 112" stroke="#fff" \
            stroke-opacity=".5" stroke-width="1.6" fill="none"/></g>
            """
    }

    private static func watch(_ paint: Paint) -> String {
        let ticks = (0..<12).map { "<path d=\"M0 -64V-54\" transform=\"rotate(\($0 * 30))\"/>" }.joined()
        let hour = paint.seed * 7 % 360
        let minute = paint.seed * 13 % 360
        return """
            <path d="M8 -96C30 -150 96 -120 110 -70C120 -30 84 0 104 46" fill="none" stroke="url(#brass)" \
            stroke-width="8" \
            stroke-dasharray="10 5"/><rect x="-10" y="-112" width="20" height="24" rx="5" fill="url(#brass)"/>
            <circle cx="0" cy="-112" r="14" fill="none" stroke="url(#brass)" stroke-width="7"/>
            <circle r="92" fill="url(#brass)"/><circle r="78" fill="#f5efdd"/><circle r="78" fill="none" \
            stroke="#6b4a12" \
            stroke-width="3"/><g stroke="#2a2117" stroke-width="5">\(ticks)</g><g font-family="DejaVu Serif" \
            font-size="17" \
            font-weight="bold" text-anchor="middle" fill="#2a2117"><text y="-34">XII</text><text y="48">VI</text>\
            <text x="42" y="6">III</text><text x="-42" y="6">IX</text></g>
            <path d="M0 8V-38" stroke="#1b1510" stroke-width="7" stroke-linecap="round" transform="rotate(\(hour))"/>
            <path d="M0 10V-56" stroke="#1b1510" stroke-width="4.5" stroke-linecap="round" \
            transform="rotate(\(minute))"/>
            <circle r="6" fill="#7a1f1f"/><path d="M-30 -70L4 -8L-16 12L26 74M4 -8L54 -40" stroke="#fff" \
            stroke-width="2.4" \
            fill="none" opacity=".9"/><path d="M-66 -30A72 72 0 0 1 -20 -70L60 40A72 72 0 0 1 24 68Z" fill="#fff" \
            opacity=".22"/>
            """
    }

    private static let computer = """
        <path d="M-98 -104H98C104 -104 108 -100 108 -94V36H-108V-94C-108 -100 -104 -104 -98 -104Z" fill="url(#black)"/>
        <rect x="-97" y="-93" width="194" height="120" fill="#0c1a22"/><g stroke="#4fc38a" stroke-width="4" \
        opacity=".9">\
        <path d="M-84 -76H-30M-84 -62H10M-76 -48H40M-76 -34H-10M-84 -20H26M-84 -6H-56"/></g><path d="M-50 -12h12" \
        stroke="#b8ffd9" stroke-width="9"/><rect x="32" y="-82" width="54" height="40" fill="#b03434" opacity=".85"/>
        <path d="M44 -62h30" stroke="#fff" stroke-width="6"/><path d="M-108 36H108L130 96C132 104 128 108 120 108H-120\
        C-128 108 -132 104 -130 96Z" fill="url(#steel)"/><path d="M-96 44H96L108 78H-108Z" fill="#2b3036"/>
        <path d="M-94 52H94M-98 61H98M-102 70H102" stroke="#59626a" stroke-width="2.5"/><path d="M-70 44L-78 78M-44 \
        44L-48 78\
        M-18 44L-20 78M8 44V78M34 44L38 78M60 44L68 78" stroke="#59626a" stroke-width="2"/><path d="M-30 86H30L34 \
        102H-34Z" \
        fill="#8d979e"/><path d="M20 -93L-60 27H-97V-93Z" fill="#fff" opacity=".06"/>
        """

    private static func drive(_ paint: Paint) -> String {
        """
        <g transform="rotate(-24) translate(0 -34)"><rect x="-92" y="-34" width="124" height="68" rx="13" \
        fill="url(#tint)"/><rect x="32" y="-24" width="62" height="48" fill="url(#steel)"/><rect x="52" y="-13" \
        width="14" \
        height="9" fill="#2c3136"/><rect x="52" y="5" width="14" height="9" fill="#2c3136"/><circle cx="-76" cy="0" \
        r="8" \
        fill="#14171a"/><rect x="-54" y="-19" width="72" height="38" rx="3" fill="#efe9d9"/><path d="M-46 -7H8M-46 \
        6H-12" \
        stroke="#4a4d52" stroke-width="5"/><path d="M-84 -26H24" stroke="#fff" stroke-opacity=".4" \
        stroke-width="4"/></g>
        <g transform="translate(6 62) rotate(6)"><rect x="-92" y="-46" width="184" height="104" rx="7" \
        fill="url(#black)"/>
        <rect x="-76" y="-36" width="152" height="60" rx="3" fill="#e6ddc4"/><path d="M-68 -24H60" stroke="#8a2f2f" \
        stroke-width="5"/><rect x="-50" y="-12" width="100" height="28" rx="14" fill="#1a1d20"/><circle cx="-32" \
        cy="2" r="9" \
        fill="#cfd5d9"/><circle cx="32" cy="2" r="9" fill="#cfd5d9"/><path d="M-52 58L-42 32H42L52 58Z" \
        fill="#2d3338"/></g>
        """
    }

    private static let camera = """
        <path d="M-120 -50H-60L-46 -82H46L60 -50H120V86H-120Z" fill="url(#black)"/><path d="M-120 -50H120V-24H-120Z" \
        fill="url(#steel)"/><path d="M-46 -82H46L60 -50H-60Z" fill="url(#steel)"/><rect x="-30" y="-76" width="60" \
        height="22" \
        rx="3" fill="#1b2126"/><circle cy="26" r="60" fill="#15181b"/><circle cy="26" r="54" fill="none" \
        stroke="#6f7a82" \
        stroke-width="5"/><circle cy="26" r="38" fill="#0c141c"/><circle cy="26" r="25" fill="#24405c"/><circle \
        cx="-11" \
        cy="13" r="10" fill="#cfe6ff" opacity=".75"/><circle cx="10" cy="40" r="5" fill="#b98cff" opacity=".5"/>
        <rect x="-106" y="-66" width="28" height="16" rx="3" fill="#4a5258"/><circle cx="92" cy="-56" r="11" \
        fill="#9aa5ad"/>
        <path d="M-108 0v70M-98 0v70M98 0v70M108 0v70" stroke="#000" stroke-width="4" opacity=".5"/>
        """

    private static let torch = """
        <g transform="rotate(-34)"><path d="M88 -62L210 -130V130L88 62Z" fill="#fff2bf" opacity=".3"/>
        <rect x="-130" y="-26" width="150" height="52" rx="9" fill="url(#black)"/><path d="M20 -26L62 -50V50L20 26Z" \
        fill="url(#iron)"/><rect x="60" y="-56" width="30" height="112" rx="7" fill="url(#steel)"/><ellipse cx="90" \
        cy="0" \
        rx="9" ry="50" fill="#fff6d6"/><rect x="-40" y="-34" width="38" height="13" rx="5" fill="#a32a2a"/><path \
        d="M-118 -26v52\
        M-106 -26v52M-94 -26v52M-82 -26v52" stroke="#000" stroke-width="5" opacity=".6"/><path d="M-126 -18H14" \
        stroke="#fff" \
        stroke-opacity=".35" stroke-width="4"/></g>
        """
}
