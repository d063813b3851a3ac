import JSONCoding
import JobModel

/// Shows a job while it runs: bars that are drawn over on a terminal, a line for each change where output is piped, a
/// JSON document a line for each change with `--json`.
public struct ProgressDisplay {
    private enum Form {
        case json
        case lines
        case live(Terminal)
    }

    private let form: Form
    private let size: @Sendable () -> Terminal.Size
    private let write: @Sendable (String) -> Void
    private var shown: String?
    private var told: String?
    private var drawn = 0

    /// - Parameter terminal: nil where output is not looked at as it comes.
    public init(isJSON: Bool, terminal: Terminal? = .output()) {
        self.init(
            isJSON: isJSON, terminal: terminal, size: { (terminal ?? Terminal(hasColours: false)).size() },
            write: { StandardStreams.write($0, to: .output) })
    }

    init(
        isJSON: Bool, terminal: Terminal?, size: @escaping @Sendable () -> Terminal.Size,
        write: @escaping @Sendable (String) -> Void
    ) {
        form = isJSON ? .json : terminal.map { .live($0) } ?? .lines
        self.size = size
        self.write = write
    }

    /// How long to wait for news at most before it is worth drawing again.
    public var pace: Milliseconds { if case .live = form { 500 } else { 1_000 } }

    public mutating func show(_ job: JobRecord, now: Milliseconds) throws {
        switch form {
        case .json: append(String(decoding: try JSON.encode(job), as: UTF8.self))
        case .lines:
            append(Self.line(of: job))
            tellError(of: job)
        case .live(let terminal): draw(job, now, terminal)
        }
    }

    /// The reasons for what is missing, once it is over.
    public mutating func finish(_ job: JobRecord) {
        if case .json = form { return }
        write(JobText.lines(of: job).dropFirst().map { $0 + "\n" }.joined())
    }

    private mutating func append(_ line: String) {
        guard line != shown else { return }
        shown = line
        write(line + "\n")
    }

    /// What keeps a job from going on is said once.
    private mutating func tellError(of job: JobRecord) {
        guard !job.isFinal, job.lastError != told else { return }
        told = job.lastError
        if let error = job.lastError { write("\(job.caseID)  ! \(TerminalText.line(error))\n") }
    }

    private mutating func draw(_ job: JobRecord, _ now: Milliseconds, _ terminal: Terminal) {
        let size = size()
        let lines = ProgressPicture(job: job, now: now, size: size).lines().map {
            $0.rendered(columns: size.columns - 1, hasColours: terminal.hasColours)
        }
        let picture = lines.map { "\($0)\u{1B}[K\n" }.joined()
        guard picture != shown else { return }
        shown = picture
        // What scrolled out of a terminal that has become smaller is out of reach.
        let back = min(drawn, max(0, size.rows - 1))
        write((back == 0 ? "" : "\u{1B}[\(back)F") + picture + "\u{1B}[J")
        drawn = lines.count
    }

    static func line(of job: JobRecord) -> String {
        let marks = String(job.assets.map { JobText.mark($0.status) })
        let failed = job.failedIDs.isEmpty ? "" : "  failed: \(job.failedIDs.map(\.text).joined(separator: " "))"
        return "\(job.caseID)  \(JobText.progress(of: job))  \(marks)\(failed)"
    }
}
