import FoundationEssentials
import Testing

@testable import Orchestration

@Suite("Measures as Prometheus reads them")
struct PrometheusTextTests {
    private func text(_ notes: [MeasureNote], seriesAtMost: Int = 256) -> String {
        var book = MeasureBook(seriesAtMost: seriesAtMost)
        for note in notes { book.take(note) }
        return String(decoding: PrometheusText.write(book), as: UTF8.self)
    }

    @Test func nothingCountedIsNothingSaid() { #expect(text([]).isEmpty) }

    @Test func countersAndGaugesInTheOrderOfTheTable() {
        let text = text([
            MeasureNote(.runsInHand, [], 7), MeasureNote(.jobsFinished, ["scene", "partial"]),
            MeasureNote(.jobsFinished, ["case", "completed"]), MeasureNote(.jobsFinished, ["case", "completed"], 2),
            MeasureNote(.runsInHand, [], 3), MeasureNote(.processTime, [], 1.25),
        ])
        #expect(
            text == """
                # HELP darkroom_jobs_finished_total Jobs that ended, each time, by the status then.
                # TYPE darkroom_jobs_finished_total counter
                darkroom_jobs_finished_total{family="case",status="completed"} 3
                darkroom_jobs_finished_total{family="scene",status="partial"} 1
                # HELP darkroom_runs_in_hand Runs in hand, delivery included.
                # TYPE darkroom_runs_in_hand gauge
                darkroom_runs_in_hand 3
                # HELP process_cpu_seconds_total Processor time, user and system.
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 1.25

                """)
    }

    @Test func bucketsHoldAllThatIsSmaller() throws {
        let amounts = [0.004, 0.005, 0.2, 59, 1_000]
        let lines = text(amounts.map { MeasureNote(.requestDuration, ["/healthz"], $0) }).split(separator: "\n")
        let name = "darkroom_http_request_duration_seconds"
        let buckets = lines.filter { $0.hasPrefix("\(name)_bucket{route=\"/healthz\",le=") }
        #expect(buckets.first == "\(name)_bucket{route=\"/healthz\",le=\"0.005\"} 2")
        #expect(buckets.contains("\(name)_bucket{route=\"/healthz\",le=\"0.25\"} 3"))
        #expect(buckets.contains("\(name)_bucket{route=\"/healthz\",le=\"60\"} 4"))
        #expect(buckets.last == "\(name)_bucket{route=\"/healthz\",le=\"+Inf\"} 5")
        let counts = buckets.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.count == buckets.count && counts == counts.sorted())
        #expect(lines.contains("\(name)_count{route=\"/healthz\"} 5"))
        let sum = try #require(lines.first { $0.hasPrefix("\(name)_sum") }?.split(separator: " ").last)
        #expect(abs((Double(sum) ?? 0) - 1_059.209) < 0.001)
    }

    @Test func labelsAndHelpAreEscaped() {
        let text = text([MeasureNote(.circuitOpenings, ["a\"b\\c\nd"])])
        #expect(text.contains(#"darkroom_provider_circuit_openings_total{provider="a\"b\\c\nd"} 1"# + "\n"))
        #expect(PrometheusText.escaped("a\"b\\c\nd", quote: false) == #"a"b\\c\nd"#)
        #expect(PrometheusText.escaped("画像 é", quote: true) == "画像 é")
    }

    @Test(arguments: [
        (0.0, "0"), (-3, "-3"), (0.1, "0.1"), (39_000, "39000"), (1.5e9, "1500000000"), (1e300, "1e+300"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func numbers(_ number: Double, _ text: String) { #expect(PrometheusText.number(number) == text) }
}

@Suite("What may be counted")
struct MeasureBookTests {
    @Test func everyMeasureStandsInTheTableOnce() {
        let counts = Dictionary(grouping: Measure.table, by: \.measure).mapValues(\.count)
        #expect(Measure.allCases.allSatisfy { counts[$0] == 1 })
    }

    /// `docs/measures.md` tells of each what it is.
    @Test func theDocumentKnowsThemAll() throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let page = try String(contentsOfFile: "/\(root)/docs/measures.md", encoding: .utf8)
        let rows = Set(page.split(separator: "\n").map(String.init))
        for definition in Measure.table {
            let labels = definition.labels.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            let type =
                switch definition.kind {
                case .counter: "counter"
                case .gauge: "gauge"
                case .histogram: "histogram"
                }
            let row = "| `\(definition.measure.rawValue)` | \(type) | \(labels) | \(definition.help) |"
            #expect(rows.contains(row), "docs/measures.md does not say: \(row)")
        }
    }

    /// What `promtool check metrics` and Prometheus' own guide ask of names.
    @Test(arguments: Measure.allCases)
    func namesFollowTheField(_ measure: Measure) {
        let (name, definition) = (measure.rawValue, measure.definition)
        #expect(name.hasPrefix("darkroom_") || name.hasPrefix("process_"))
        #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") })
        #expect(!definition.help.isEmpty && definition.help.hasSuffix(".") && !definition.help.contains("\n"))
        #expect(Set(definition.labels).count == definition.labels.count)
        switch definition.kind {
        case .counter: #expect(name.hasSuffix("_total"))
        case .gauge: #expect(!name.hasSuffix("_total"))
        case .histogram(let bounds):
            #expect(name.hasSuffix("_seconds") && bounds == bounds.sorted() && Set(bounds).count == bounds.count)
        }
        for ending in ["_bucket", "_count", "_sum"] { #expect(!name.hasSuffix(ending)) }
    }

    @Test func whatIsTooMuchIsCountedTogether() {
        var book = MeasureBook(seriesAtMost: 3)
        for number in 0..<100 { book.take(MeasureNote(.attempts, ["gemini", "model-\(number)", "ok"])) }
        book.take(MeasureNote(.attempts, ["gemini", "model-1", "ok"]))
        book.take(MeasureNote(.attempts, ["gemini", "model-99", "timeout"]))
        let values = book.values[.attempts]
        #expect(values?.count == 5)
        #expect(values?[["gemini", "model-1", "ok"]] == .number(2))
        #expect(values?[["other", "other", "ok"]] == .number(97))
        // What the program itself tells apart stays so.
        #expect(values?[["other", "other", "timeout"]] == .number(1))
    }

    @Test func namesOfAnyLengthAreNotKept() {
        var book = MeasureBook()
        book.take(MeasureNote(.circuitOpenings, [String(repeating: "x", count: 200)]))
        #expect(book.values[.circuitOpenings] == [["other"]: .number(1)])
    }

    @Test func countersNeverFall() {
        var book = MeasureBook()
        for amount in [5, -3, .nan, .infinity, 1] { book.take(MeasureNote(.runsAccepted, [], amount)) }
        #expect(book.values[.runsAccepted] == [[]: .number(6)])
        book.take(MeasureNote(.requestDuration, ["/"], -1))
        guard case .histogram(let histogram) = book.values[.requestDuration]?[["/"]] else {
            Issue.record("no histogram")
            return
        }
        // A clock that was set back made nothing faster than nothing.
        #expect(histogram.count == 1 && histogram.sum == 0)
    }

    /// What stands at a number is asked for each time, and is not added up.
    @Test func sourcesAreAskedAnew() {
        let measures = Measures()
        measures.add { [MeasureNote(.processTime, [], 2), MeasureNote(.jobsInHand, [], 4)] }
        measures.note(.storeCommits)
        for _ in 0..<2 {
            let text = String(decoding: measures.text(), as: UTF8.self)
            #expect(text.contains("\nprocess_cpu_seconds_total 2\n"))
            #expect(text.contains("\ndarkroom_jobs_in_hand 4\n") && text.contains("\ndarkroom_store_commits_total 1\n"))
        }
    }

    @Test func theSystemSaysWhatTheProcessUses() {
        let notes = ProcessFigures.notes()
        #expect(
            notes.map(\.measure) == [
                .processTime, .processMemory, .processStart, .openDescriptors, .maximumDescriptors,
            ])
        let amounts = Dictionary(uniqueKeysWithValues: notes.map { ($0.measure, $0.amount) })
        #expect(amounts[.processMemory] ?? 0 > 1_048_576)
        let now = Double(SystemClock().wall()) / 1_000
        #expect((now - 86_400...now + 1).contains(amounts[.processStart] ?? 0))
        #expect((1...(amounts[.maximumDescriptors] ?? 0)).contains(amounts[.openDescriptors] ?? 0))
    }

    @Test func aProgramsNameMayHoldAnything() {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 110 12 13 14 15 16 17 18 5000 20 77 22 23"
        let stat = ProcessStat("42 (a) b ( c) \(fields)")
        #expect(stat?.time == 122 && stat?.start == 5_000 && stat?.pages == 77)
        #expect(ProcessStat("") == nil && ProcessStat("42 (a) S 1 2") == nil)
    }
}
