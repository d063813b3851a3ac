import ImageProcessing
import JSONCoding
import JobModel
import ProcessDriving

/// Cases a second from the trigger to the last webhook folded, with a provider that answers at once.
struct ThroughputFigure: Figure {
    func rows(in lab: Lab) async throws -> [Row] {
        let large = lab.isQuick ? 20 : 100
        let step = try await imageStep(lab)
        let with = try await measure(picture: "large", cases: large, lab)
        let without = try await measure(picture: "small", cases: large, lab)
        let bound = 1_000 / step.wall / Double(Cases.images)
        return rows("with the image step", with, cases: large)
            + [
                Row(
                    "share of what the image step alone allows; worker's processor beyond it",
                    "\((with.many.rate / bound * 100).rounded(0)) %; "
                        + "\((with.many.worker.cpu - step.cpu).rounded(1)) ms an image",
                    against: "\(bound.rounded(2)) cases/s (\(step.cpu.rounded(1)) ms of processor an image on "
                        + "\(Machine.cores) threads); goals 92 %, 1.1 ms")
            ] + rows("without it (pictures of 64×64)", without, cases: large)
    }

    struct Load {
        /// Cases a second.
        var rate: Double
        /// Processor milliseconds an image, and peak memory in MB.
        var worker: (cpu: Double, peak: Double)
        var control: (cpu: Double, peak: Double)
        var simulator: Double
    }

    private struct Measures {
        var alone: Double
        var few: Double
        var many: Load
    }

    private func measure(picture: String, cases: Int, _ lab: Lab) async throws -> Measures {
        try await Stack.run(Stack.Plan(picture: picture), in: lab) { stack in
            try await ControlView.open(stack.controlDirectory) { view in
                _ = try await run(1, "warm", stack, view, lab)
                var (alone, few): ([Double], [Double]) = ([], [])
                for round in 0..<3 { alone.append(1 / (try await run(1, "one-\(round)", stack, view, lab)).rate) }
                for round in 0..<3 { few.append((try await run(10, "ten-\(round)", stack, view, lab)).rate) }
                let many = try await run(cases, "many", stack, view, lab)
                return Measures(alone: alone.median, few: few.median, many: many)
            }
        }
    }

    private func run(_ count: Int, _ name: String, _ stack: Stack, _ view: ControlView, _ lab: Lab) async throws -> Load
    {
        let bodies = try (0..<count).map { try Cases.body("\(name)-\($0)") }
        let before = try [stack.worker.usage(), stack.control.usage(), stack.simulator.usage()]
        let burst = try RequestBurst(to: stack.control.url, connections: count)
        let begin = ContinuousClock.now
        _ = try await Submission.post(bodies, with: burst, lab)
        try await view.waitForCompletion(of: count, prefix: "\(name)-", within: .seconds(240))
        let seconds = (ContinuousClock.now - begin).seconds
        let after = try [stack.worker.usage(), stack.control.usage(), stack.simulator.usage()]
        let cpu = zip(before, after).map { ($1.cpu - $0.cpu) / Double(count * Cases.images) }
        return Load(
            rate: Double(count) / seconds, worker: (cpu[0], after[0].peak), control: (cpu[1], after[1].peak),
            simulator: cpu[2])
    }

    private func rows(_ name: String, _ measures: Measures, cases: Int) -> [Row] {
        let many = measures.many
        let isWith = name.hasPrefix("with the")
        return [
            Row(
                "cases/s \(name), \(cases) at once",
                "\(many.rate.rounded(2)) (\((many.rate * Double(Cases.images)).rounded(0)) images/s)",
                against: isWith ? "goal 7.4, best peer 6.1, Node 5.1" : "goal 80, best peer 36, Node 11"),
            Row(
                "10 at once; one alone",
                "\(measures.few.rounded(2)) cases/s; \((measures.alone * 1_000).rounded(0)) ms",
                against: isWith ? "goals 6.8; 165 ms" : "best peer 31; 55 ms"),
            Row(
                "processor an image: worker, control plane, simulator",
                "\(many.worker.cpu.rounded(2)), \(many.control.cpu.rounded(2)), \(many.simulator.rounded(2)) ms",
                against: isWith ? "best peer's worker 16.0 ms" : "goal worker 1.1 ms; best peer 2.2 ms"),
            Row(
                "peak memory: worker, control plane",
                "\(many.worker.peak.rounded(0)), \(many.control.peak.rounded(0)) MB",
                against: isWith ? "goal worker 150 MB; best peer 414 MB" : "best peer 243 MB"),
        ]
    }

    /// Milliseconds of the image step alone, of the clock and of the processor, on the very picture that the simulator
    /// sends.
    private func imageStep(_ lab: Lab) async throws -> (wall: Double, cpu: Double) {
        let picture = try await Stack.run(Stack.Plan(picture: "large"), in: lab) { try await $0.simulator.picture() }
        let processor = VipsImageProcessor(threads: Machine.cores)
        let count = lab.isQuick ? 30 : 60
        let pictures = [[UInt8]](repeating: picture, count: count)
        let transform = ImageTransform.coverJPEG(size: PixelSize(width: 512, height: 512), quality: 80)
        do {
            try await ImageStep.run(Array(pictures.prefix(8)), on: processor, transform)
            let (cpu, begin) = (Machine.ownCPU, ContinuousClock.now)
            try await ImageStep.run(pictures, on: processor, transform)
            let wall = (ContinuousClock.now - begin).milliseconds
            await processor.shutdown()
            return (wall / Double(count), (Machine.ownCPU - cpu) / Double(count))
        } catch {
            await processor.shutdown()
            throw error
        }
    }
}

enum Submission {
    /// Posts cases to a control plane over a burst's connections.
    static func post(_ bodies: [[UInt8]], with burst: RequestBurst, _ lab: Lab) async throws -> [Double] {
        try await lab.blocking { try burst.post(bodies, to: "/api/generate-case") }
    }
}
