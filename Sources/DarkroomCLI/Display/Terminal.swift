#if canImport(Glibc)
import Glibc
#endif

/// What a display has to draw on.
public struct Terminal: Hashable, Sendable {
    public struct Size: Hashable, Sendable {
        public var columns: Int
        public var rows: Int

        public init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    public var hasColours: Bool

    public init(hasColours: Bool) { self.hasColours = hasColours }

    /// Standard output, if it is a terminal whose cursor can be moved. `NO_COLOR` is obeyed.
    public static func output(
        environment: (String) -> String? = Settings.processEnvironment
    ) -> Terminal? {
        guard StandardStreams.isTerminal(.output), environment("TERM") ?? "dumb" != "dumb" else { return nil }
        return Terminal(hasColours: environment("NO_COLOR") == nil)
    }

    /// As it is now: it may be another one at the next look. 80 × 24 where nobody knows.
    public func size() -> Size {
        var size = winsize()
        let code = ioctl(StandardStreams.Stream.output.rawValue, UInt(TIOCGWINSZ), &size)
        guard code == 0, size.ws_col > 0, size.ws_row > 0 else { return Size(columns: 80, rows: 24) }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}

/// A line for a terminal, of parts with a colour each.
struct StyledLine: Hashable {
    enum Style: String {
        case plain = ""
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    struct Part: Hashable {
        var text: String
        var style: Style
    }

    private(set) var parts: [Part] = []

    mutating func add(_ text: String, _ style: Style = .plain) {
        parts.append(Part(text: TerminalText.line(text), style: style))
    }

    /// Cut to at most so many columns.
    func rendered(columns: Int, hasColours: Bool) -> String {
        var (line, left) = ("", columns)
        for part in parts where left > 0 {
            let text = TerminalText.cut(part.text, to: left)
            left -= TerminalText.columns(of: text)
            let isPlain = part.style == .plain || !hasColours
            line += isPlain ? text : "\u{1B}[\(part.style.rawValue)m\(text)\u{1B}[0m"
        }
        return line
    }
}
