/// Words for the documents that a ``VectorRasterizer`` draws: escaped, measured and broken into lines.
///
/// Widths are estimates in ems of DejaVu Sans with IPAGothic for Japanese, about 5% off, always enough for a caption.
public enum SVGText {
    /// The fonts that the image of the product carries.
    public static let fontFamily = "DejaVu Sans, IPAGothic"

    /// Fit to stand in XML text and in quoted attributes. What XML forbids is left out, and so are emoji, for which
    /// none of the fonts has a shape.
    public static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars where isDrawable(scalar) {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\r", "\t": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// In ems: 1 is the width of a Chinese or Japanese character.
    public static func width(_ text: some StringProtocol) -> Double {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// Breaks at spaces, between Japanese characters, and inside a word only if it is wider than a line. What does not
    /// fit into `lines` lines of `width` ems ends in "…". Not yet escaped.
    public static func wrapped(_ text: String, width limit: Double, lines: Int) -> [String] {
        var finished: [String] = []
        var line = ""
        for piece in pieces(of: text, limit: limit) {
            if line.isEmpty || width(line) + width(trimmed(piece)) <= limit {
                line += line.isEmpty ? trimmed(piece) : piece
            } else if finished.count + 1 < lines {
                finished.append(trimmed(line))
                line = trimmed(piece)
            } else {
                return finished + [shortened(line + piece, to: limit)]
            }
        }
        return line.isEmpty ? finished : finished + [trimmed(line)]
    }

    /// What can stay together on a line; a piece may begin with the space that parts it from the one before.
    private static func pieces(of text: String, limit: Double) -> [String] {
        var pieces: [String] = []
        var current = ""
        for character in text {
            guard let scalar = character.unicodeScalars.first, isDrawable(scalar) else { continue }
            let isSpace = character.isWhitespace
            let endsPiece = isSpace || isWide(scalar) || width(current) + width(scalar) > limit
            if endsPiece, !trimmed(current).isEmpty, !clingsToTheLeft(scalar) {
                pieces.append(current)
                current = ""
            }
            if !isSpace {
                current.append(character)
            } else if !current.hasSuffix(" ") {
                current += " "
            }
        }
        return trimmed(current).isEmpty ? pieces : pieces + [current]
    }

    private static func shortened(_ text: String, to limit: Double) -> String {
        var kept = text
        while !kept.isEmpty, width(kept) + 1 > limit { kept.removeLast() }
        return trimmed(kept) + "…"
    }

    private static func trimmed(_ text: String) -> String {
        var part = Substring(text)
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }

    /// Japanese closing marks never begin a line.
    private static func clingsToTheLeft(_ scalar: Unicode.Scalar) -> Bool {
        "、。，．」』）】〉》！？ー々っゃゅょッャュョ".unicodeScalars.contains(scalar)
    }

    private static func isDrawable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: false
        case 0xFE00...0xFE0F, 0xFEFF, 0xFFF0...0xFFFF, 0x1F000...0x1FAFF, 0xE0000...0x10FFFF: false
        default: !scalar.properties.isEmojiPresentation && scalar.value & 0xFFFE != 0xFFFE
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF01...0xFF60,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case _ where isWide(scalar): 1
        case " ", ".", ",", ":", ";", "'", "|", "!", "i", "j", "l", "I": 0.33
        case "f", "t", "r", "-", "(", ")", "/": 0.41
        case "m", "w", "M", "W", "@", "%", "—": 0.95
        case "A"..."Z": 0.71
        default: 0.63
        }
    }
}
