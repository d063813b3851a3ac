import ArgumentParser

#if canImport(Glibc)
import Glibc
#endif

@main
struct DarkroomBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "darkroom-bench",
        abstract: "Measures Darkroom with its own executables on this machine and prints a Markdown table.",
        discussion: """
            Figures: \(FigureName.allCases.map(\.rawValue).joined(separator: ", ")). Without names, all of them. \
            docs/benchmarks.md says how each is made and how to read it.
            """)

    @Argument(help: "Which figures.")
    var figures: [FigureName] = []

    @Flag(help: "Fewer rounds: about three minutes in all, with wider spread.")
    var quick = false

    @Option(help: "Where initiator, worker, receiver and provider-simulator are. (default: beside this program)")
    var binaries: String?

    func run() async throws {
        let lab = try Lab(isQuick: quick, binaries: binaries)
        let failures = await lab.measure(figures.isEmpty ? FigureName.allCases : figures)
        await lab.close()
        if failures > 0 { throw ExitCode(1) }
    }
}

/// The figures by their names on the command line.
enum FigureName: String, CaseIterable, ExpressibleByArgument {
    case pictures
    case create
    case submit
    case throughput
    case makespan
    case inFlight = "in-flight"
    case store
    case commits
    case timeouts
    case recovery
    case recoveries
    case load
    case receiverDown = "receiver-down"
    case startup
    case listeners
    case statistics

    var figure: any Figure {
        switch self {
        case .pictures: PictureFigure()
        case .create: CreateFigure()
        case .submit: SubmitFigure()
        case .throughput: ThroughputFigure()
        case .makespan: MakespanFigure()
        case .inFlight: InFlightFigure()
        case .store: StoreFigure()
        case .commits: CommitFigure()
        case .timeouts: TimeoutFigure()
        case .recovery: RecoveryFigure()
        case .recoveries: RecoveriesFigure()
        case .load: LoadFigure()
        case .receiverDown: ReceiverDownFigure()
        case .startup: StartupFigure()
        case .listeners: ListenerFigure()
        case .statistics: StatisticsFigure()
        }
    }
}
