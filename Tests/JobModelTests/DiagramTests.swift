import FoundationEssentials
import Testing

@testable import JobModel

/// The README's diagrams and the tables that the machines are held to are one and the same.
@Suite("Diagrams in the README")
struct DiagramTests {
    struct Step: Hashable, CustomStringConvertible {
        let from: String
        let to: String
        let reason: String
        var description: String { "\(from) --> \(to): \(reason)" }
    }

    struct Diagram: Error, CustomStringConvertible {
        let description: String
    }

    /// The steps of the mermaid block that follows `<!-- diagram:NAME -->`; `[*]` marks begin and end and are no steps.
    private func diagram(_ name: String) throws -> [Step] {
        let readme = try String(contentsOfFile: repositoryFile("README.md"), encoding: .utf8)
        let lines = readme.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmed }
        guard let marker = lines.firstIndex(of: "<!-- diagram:\(name) -->") else {
            throw Diagram(description: "README.md has no line <!-- diagram:\(name) -->")
        }
        let block = lines[(marker + 1)...].drop { $0.isEmpty }
        guard block.prefix(2) == ["```mermaid", "stateDiagram-v2"], let end = block.firstIndex(of: "```") else {
            throw Diagram(description: "no mermaid stateDiagram-v2 follows the marker of \(name)")
        }
        return try block[..<end].dropFirst(2).filter { !$0.isEmpty && !$0.contains("[*]") }.map { line in
            let arrow = line.split(separator: " --> ", maxSplits: 1)
            let target = arrow.last?.split(separator: ": ", maxSplits: 1) ?? []
            guard arrow.count == 2, target.count == 2 else { throw Diagram(description: "no step: \(line)") }
            return Step(from: String(arrow[0]), to: String(target[0]), reason: String(target[1]))
        }
    }

    private func compare(_ drawn: [Step], with table: [Step]) {
        #expect(Set(drawn).subtracting(table).isEmpty, "drawn, not in the table")
        #expect(Set(table).subtracting(drawn).isEmpty, "in the table, not drawn")
        #expect(drawn.count == table.count)
        #expect(Set(table.map { [$0.from, $0.to] }).count == table.count, "a step stands in the table twice")
    }

    @Test func assets() throws {
        compare(
            try diagram("asset"),
            with: AssetState.legalSteps.map { Step(from: $0.from.rawValue, to: $0.to.rawValue, reason: $0.reason) })
    }

    @Test func jobs() throws {
        compare(
            try diagram("job"),
            with: JobStatus.legalSteps.map { Step(from: $0.from.rawValue, to: $0.to.rawValue, reason: $0.reason) })
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
    }
}
