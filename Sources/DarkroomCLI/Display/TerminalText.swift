/// Text from outside on its way to a terminal: names, prompts and providers' words may hold what moves its cursor.
public enum TerminalText {
    /// One line: control characters, line ends and marks that turn the direction of writing become spaces.
    public static func line(_ text: String) -> String { clean(text, keepsLines: false) }

    /// The same with its lines kept.
    public static func lines(_ text: String) -> String { clean(text, keepsLines: true) }

    private static func clean(_ text: String, keepsLines: Bool) -> String {
        guard text.unicodeScalars.contains(where: { isHarmful($0) }) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(isHarmful(scalar) && !(keepsLines && scalar == "\n") ? " " : scalar)
        }
        return String(clean)
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }

    /// How many columns a terminal gives it: two to East Asian letters and pictures, none to combining marks.
    public static func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

    private static func columns(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return wide.contains { $0.contains(scalar.value) } || properties.isEmojiPresentation ? 2 : 1
    }

    /// What Unicode's East Asian Width calls wide or full-width.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]

    /// Cut with an ellipsis, or filled with spaces, to exactly so many columns.
    static func fitted(_ text: String, to width: Int) -> String {
        let cut = cut(text, to: width)
        return cut + String(repeating: " ", count: max(0, width - columns(of: cut)))
    }

    /// Cut with an ellipsis if it is wider.
    static func cut(_ text: String, to width: Int) -> String {
        guard columns(of: text) > width else { return text }
        var (kept, used) = ("", 0)
        for character in text {
            used += columns(of: character)
            guard used <= width - 1 else { break }
            kept.append(character)
        }
        return width < 1 ? "" : kept + "…"
    }
}
