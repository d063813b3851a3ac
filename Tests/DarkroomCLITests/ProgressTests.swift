import JSONCoding
import JobModel
import Testing
import Threads

@testable import DarkroomCLI

@Suite struct ProgressTests {
    /// What a display wrote.
    private final class Screen: Sendable {
        private let written = Locked<[String]>([])
        var all: [String] { written.withLock { $0 } }

        func display(
            isJSON: Bool = false, terminal: Terminal? = nil, rows: Int = 24, columns: Int = 80
        ) -> ProgressDisplay {
            ProgressDisplay(
                isJSON: isJSON, terminal: terminal, size: { Terminal.Size(columns: columns, rows: rows) },
                write: { text in self.written.withLock { $0.append(text) } })
        }
    }

    private func lines(_ job: JobRecord, columns: Int = 80, rows: Int = 24) -> [String] {
        ProgressPicture(job: job, now: 12_345, size: Terminal.Size(columns: columns, rows: rows)).lines()
            .map { $0.rendered(columns: columns, hasColours: false) }
    }

    @Test func aBarForTheJobForEachKindAndForEachImage() throws {
        let job = try SampleJob.make(
            [.generated, .generating, .retrying, .failed, .queued], kinds: [.evidence, .location])
        let lines = lines(job)
        #expect(lines.count == 1 + 2 + 5)
        #expect(
            lines[0]
                == "case-1  \(String(repeating: "█", count: 5))\(String(repeating: "░", count: 21)) 1/5  generating  12 s"
        )
        #expect(lines[1].hasPrefix("  evidence") && lines[1].contains("1/3"))
        #expect(lines[2].hasPrefix("  location") && lines[2].contains("0/2  1 failed"))
        #expect(lines[3].contains("✓ a-0 ██████ generated"))
        #expect(lines[4].contains("▸ a-1 ██░░░░ generating"))
        #expect(lines[5].contains("↻ a-2 ▒▒▒▒▒▒ retrying"))
        #expect(lines[6].contains("✗ a-3 ────── failed"))
        #expect(lines[7].contains("· a-4 ░░░░░░ queued"))
    }

    @Test func whatIsBeingMadeMovesWithTheTime() throws {
        let job = try SampleJob.make([.generating])
        let pictures = [Int64(0), 500, 1_000].map { now in
            ProgressPicture(job: job, now: now, size: Terminal.Size(columns: 80, rows: 24)).lines()[1]
                .rendered(columns: 80, hasColours: false)
        }
        #expect(Set(pictures).count == 3)
    }

    @Test(arguments: [(80, 24), (40, 10), (20, 5), (10, 3), (200, 60), (1, 1)])
    func twoHundredImagesFitAnyTerminal(columns: Int, rows: Int) throws {
        let states: [AssetState] = [.generated, .queued, .generating, .failed]
        var job = try SampleJob.make(
            (0..<200).map { states[$0 % 4] }, kinds: [.evidence, .location], name: "灯台の鍵\u{1B}[2J")
        job.lastError = "worker http://127.0.0.1:1\nis away"
        let lines = lines(job, columns: columns, rows: rows)
        #expect(lines.count <= max(rows - 1, 1))
        for line in lines {
            #expect(TerminalText.columns(of: line) <= columns)
            #expect(!line.contains("\u{1B}") && !line.contains("\n"))
        }
        if rows == 24 {
            #expect(lines.last?.hasPrefix("  and 182 more: ") == true, "\(lines.last ?? "")")
            #expect(lines.count == 23, "the last row stays free")
        }
    }

    @Test func aTerminalIsDrawnOver() throws {
        let screen = Screen()
        var display = screen.display(terminal: Terminal(hasColours: false))
        try display.show(try SampleJob.make([.queued, .queued]), now: 0)
        try display.show(try SampleJob.make([.queued, .queued]), now: 1)
        try display.show(try SampleJob.make([.generated, .generating]), now: 2)
        let written = screen.all
        #expect(written.count == 2, "what is the same is not drawn again")
        #expect(!written[0].contains("\u{1B}[3F") && written[0].hasSuffix("\u{1B}[J"))
        #expect(written[1].hasPrefix("\u{1B}[3F"))
        #expect(written[1].split(separator: "\n").allSatisfy { $0.hasSuffix("\u{1B}[K") || $0 == "\u{1B}[J" })
    }

    @Test func coloursAreNeverAllThereIs() throws {
        let job = try SampleJob.make([.generated, .failed])
        let picture = ProgressPicture(job: job, now: 0, size: Terminal.Size(columns: 80, rows: 24)).lines()
        let coloured = picture.map { $0.rendered(columns: 80, hasColours: true) }
        let plain = picture.map { $0.rendered(columns: 80, hasColours: false) }
        #expect(coloured[1].contains("\u{1B}[32m  ✓ \u{1B}[0m") && coloured[2].contains("\u{1B}[31m  ✗ \u{1B}[0m"))
        #expect(plain[1].contains("✓") && plain[2].contains("✗") && !plain[1].contains("\u{1B}"))
    }

    @Test func pipedThereIsALineForEachChange() throws {
        let screen = Screen()
        var display = screen.display()
        var job = try SampleJob.make([.queued, .queued])
        job.lastError = "nobody is there"
        for _ in 0..<3 { try display.show(job, now: 0) }
        job.assets[0].status = .generated
        job.lastError = nil
        try display.show(job, now: 1)
        display.finish(job)
        #expect(
            screen.all.prefix(3) == [
                "case-1  generating 0/2  ··\n", "case-1  ! nobody is there\n", "case-1  generating 1/2  ✓·\n",
            ])
    }

    @Test func asJSONThereIsAnObjectALine() throws {
        let screen = Screen()
        var display = screen.display(isJSON: true, terminal: Terminal(hasColours: true))
        var job = try SampleJob.make([.queued])
        try display.show(job, now: 0)
        try display.show(job, now: 1)
        job.assets[0].status = .generated
        try display.show(job, now: 2)
        display.finish(job)
        #expect(screen.all.count == 2)
        for text in screen.all {
            #expect(text.last == "\n" && text.count { $0 == "\n" } == 1)
            #expect(try JSON.decode(JSONValue.self, from: Array(text.utf8))["caseId"]?.stringValue == "case-1")
        }
    }
}
