/// Film grain: one small tile of noise, repeated. A filter over the whole picture would cost five times as much.
enum Grain {
    static func defs(seed: Int, strength: String) -> String {
        """
        <filter id="noise" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency=".85" \
        numOctaves="1" seed="\(seed)" stitchTiles="stitch"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 1  0 0 0 0 1  \
        \(strength) 0 0 0 -.12"/></filter>
        <pattern id="grain" width="128" height="128" patternUnits="userSpaceOnUse">\
        <rect width="128" height="128" filter="url(#noise)"/></pattern>
        """
    }

    static let overlay = "<rect width=\"512\" height=\"512\" fill=\"url(#grain)\"/>"
}
