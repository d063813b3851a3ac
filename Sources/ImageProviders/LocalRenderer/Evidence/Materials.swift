/// The colours that differ between one find and the next of the same sort.
struct Paint {
    let accent: String
    let dark: String
    let seed: Int

    static let accents = ["#8c2f2f", "#2f5d8c", "#3d6b45", "#7a5a2a", "#5b3f7a", "#2c6f73", "#8a4a63"]
    static let darks = ["#2a2320", "#1f262d", "#33251c", "#24291f"]
}

/// What things are made of, lit from the upper left.
enum Materials {
    static func defs(_ paint: Paint) -> String {
        [
            slope("steel", [("0", "#f2f5f7"), (".45", "#9aa5ad"), (".55", "#dfe5e9"), ("1", "#5d676f")]),
            slope("iron", [("0", "#6d747b"), (".5", "#343a40"), ("1", "#15181b")]),
            slope("brass", [("0", "#f8e3a0"), (".4", "#c79a3c"), (".6", "#f0cf78"), ("1", "#7a5718")]),
            slope("wood", [("0", "#9a6a3c"), (".5", "#6b4423"), ("1", "#3c2412")]),
            slope("paper", [("0", "#fbf8ec"), ("1", "#d9d0b6")]),
            slope("glass", [("0", "#eaf6f6"), (".5", "#9fc3c8"), ("1", "#d5ebec")], opacity: ".55"),
            slope("hide", [("0", "#8a5a38"), ("1", "#3b2214")]),
            slope("tint", [("0", paint.accent), ("1", paint.dark)]),
            slope("black", [("0", "#454b52"), ("1", "#101215")]),
            """
            <filter id="shadow" x="-.2" y="-.2" width="1.4" height="1.4"><feGaussianBlur in="SourceAlpha" \
            stdDeviation="6"/></filter>
            """,
        ].joined(separator: "\n")
    }

    private static func slope(_ id: String, _ stops: [(String, String)], opacity: String = "1") -> String {
        let parts = stops.map { "<stop offset=\"\($0.0)\" stop-color=\"\($0.1)\" stop-opacity=\"\(opacity)\"/>" }
        return "<linearGradient id=\"\(id)\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\">\(parts.joined())</linearGradient>"
    }
}
