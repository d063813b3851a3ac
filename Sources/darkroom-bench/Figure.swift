/// Something that is measured.
protocol Figure: Sendable {
    /// Measures from nothing: starts what it needs and stops it again, whatever happens.
    /// - Throws: when a tool is missing or the system under measurement failed; there is no figure then.
    func rows(in lab: Lab) async throws -> [Row]
}

/// One line of the table.
struct Row: Sendable {
    var what: String
    var measured: String
    /// What it is to be read against: a goal, a limit, a peer.
    var against: String

    init(_ what: String, _ measured: String, against: String = "") {
        self.what = what
        self.measured = measured
        self.against = against
    }

    var markdown: String { "| \(what) | \(measured) | \(against) |" }

    static let head = "| figure | measured | to compare |\n|---|---|---|"
}

/// Why there is no figure.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
