import ImageProcessing
import JobModel

#if canImport(Glibc)
import Glibc
#endif

/// The image step against `vipsthumbnail` on the same pictures: processor time a picture, PNG and JPEG.
struct PictureFigure: Figure {
    private static let transform = ImageTransform.coverJPEG(size: PixelSize(width: 512, height: 512), quality: 80)

    func rows(in lab: Lab) async throws -> [Row] {
        let (count, rounds) = lab.isQuick ? (8, 3) : (24, 5)
        let directory = try lab.directory("pictures")
        return try await withProcessors { single, all in
            var rows: [Row] = []
            for kind in [SamplePictures.Kind.png, .jpeg] {
                let samples = try await SamplePictures(kind, count: count, directory: directory, lab: lab)
                _ = try await ours(samples.bytes, on: single)
                _ = try await ours(samples.bytes, on: all)
                var measures: [Measure] = []
                for _ in 0..<rounds {
                    let theirs = try await lab.blocking { try samples.vipsthumbnail(directory: directory) }
                    let (cpu, _) = try await ours(samples.bytes, on: single)
                    let (_, wall) = try await ours(samples.bytes, on: all)
                    measures.append(Measure(theirs: theirs, cpu: cpu, wall: wall))
                }
                rows += self.rows(kind, samples, measures)
            }
            return rows
        }
    }

    /// Milliseconds a picture.
    private struct Measure {
        var theirs: Double
        var cpu: Double
        var wall: Double
    }

    private func rows(_ kind: SamplePictures.Kind, _ samples: SamplePictures, _ measures: [Measure]) -> [Row] {
        let cpu = measures.map(\.cpu).median
        let ratio = measures.map { $0.cpu / $0.theirs }.median
        let size = samples.bytes.map { Double($0.count) }.median / 1_000_000
        return [
            Row(
                "image step, \(kind.rawValue) \(size.rounded(2)) MB, 1024×1024 to 512×512 JPEG q80",
                "\(ratio.rounded(2)) × vipsthumbnail (\(cpu.rounded(1)) ms CPU, 1 thread)",
                against: "vipsthumbnail \(measures.map(\.theirs).median.rounded(1)) ms CPU"),
            Row(
                "the same on \(Machine.cores) threads",
                "\(measures.map(\.wall).median.rounded(1)) ms a picture, \((1_000 / measures.map(\.wall).median).rounded(0))/s",
                against: "\(cpu.rounded(1)) ms on 1 thread"),
        ]
    }

    private func withProcessors<Result>(
        _ body: (VipsImageProcessor, VipsImageProcessor) async throws -> Result
    ) async throws -> Result {
        let (single, all) = (VipsImageProcessor(threads: 1), VipsImageProcessor(threads: Machine.cores))
        do {
            let result = try await body(single, all)
            await single.shutdown()
            await all.shutdown()
            return result
        } catch {
            await single.shutdown()
            await all.shutdown()
            throw error
        }
    }

    /// Milliseconds a picture, of the processor and of the clock.
    private func ours(_ pictures: [[UInt8]], on processor: VipsImageProcessor) async throws -> (
        cpu: Double, wall: Double
    ) {
        let (cpu, begin) = (Machine.ownCPU, ContinuousClock.now)
        try await ImageStep.run(pictures, on: processor, Self.transform)
        let wall = (ContinuousClock.now - begin).milliseconds
        return ((Machine.ownCPU - cpu) / Double(pictures.count), wall / Double(pictures.count))
    }
}

enum ImageStep {
    /// All pictures, as many at once as the processor has threads.
    static func run(
        _ pictures: [[UInt8]], on processor: VipsImageProcessor, _ transform: ImageTransform
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for picture in pictures {
                group.addTask { _ = try await processor.transform(picture, as: transform).get() }
            }
            try await group.waitForAll()
        }
    }
}
