import JSONCoding
import JobModel

/// Shows a job while it runs: a bar that is drawn over on a terminal, a line for each change where output is piped, a
/// JSON document for each change with `--json`.
public struct ProgressDisplay {
    private let isJSON: Bool
    private let isLive: Bool
    private var shown: [String] = []
    private var drawnLines = 0

    public init(isJSON: Bool, isTerminal: Bool = StandardStreams.isTerminal(.output)) {
        self.isJSON = isJSON
        isLive = isTerminal && !isJSON
    }

    public mutating func show(_ job: JobRecord) {
        let lines = isLive ? Self.picture(of: job) : [Self.line(of: job)]
        guard lines != shown else { return }
        shown = lines
        if isJSON {
            guard let bytes = try? JSON.encode(job) else { return }
            return StandardStreams.write(bytes + [UInt8(ascii: "\n")], to: .output)
        }
        guard isLive else { return StandardStreams.write(lines[0] + "\n", to: .output) }
        let back = drawnLines == 0 ? "" : "\u{1B}[\(drawnLines)F"
        StandardStreams.write(back + lines.map { "\u{1B}[K\($0)\n" }.joined(), to: .output)
        drawnLines = lines.count
    }

    /// The reasons for what is missing, once it is over.
    public mutating func finish(_ job: JobRecord) {
        guard !isJSON else { return }
        let reasons = JobText.lines(of: job).dropFirst().map { $0 + "\n" }.joined()
        StandardStreams.write(reasons, to: .output)
    }

    static func line(of job: JobRecord) -> String {
        let marks = String(job.assets.map { JobText.mark($0.status) })
        let failed = job.failedIDs.isEmpty ? "" : "  failed: \(job.failedIDs.map(\.text).joined(separator: " "))"
        return "\(job.caseID)  \(JobText.progress(of: job))  \(marks)\(failed)"
    }

    static func picture(of job: JobRecord) -> [String] {
        let width = 28
        let total = max(1, job.assets.count)
        let filled = width * job.completedImages / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let head = "\(job.caseID)  [\(bar)] \(job.completedImages)/\(job.assets.count)  \(JobText.standing(of: job))"
        let rows = [AssetKind.evidence, .location].map { kind in
            let marks = job.assets.filter { $0.kind == kind }.map { "\(JobText.mark($0.status))" }
            return "  \(kind) ".padded(to: 12) + marks.joined(separator: " ")
        }
        return [head] + rows
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
