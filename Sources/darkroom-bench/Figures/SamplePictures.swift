import ProcessDriving

/// Pictures that compress as photographs do: gradients under fractal noise, drawn by libvips' own tools.
struct SamplePictures: Sendable {
    enum Kind: String, Sendable {
        case png = "PNG"
        case jpeg = "JPEG"

        fileprivate var file: (name: String, options: String) {
            switch self {
            case .png: ("png", "[compression=6,filter=all]")
            case .jpeg: ("jpg", "[Q=92]")
            }
        }
    }

    let bytes: [[UInt8]]
    private let paths: [String]

    /// - Throws: if `vips` is not installed.
    init(_ kind: Kind, count: Int, directory: String, lab: Lab) async throws {
        var paths: [String] = []
        for number in 0..<count {
            let path = "\(directory)/\(number).\(kind.file.name)"
            let drawing = "\(directory)/\(number).svg"
            try Files.write(Array(SamplePictures.drawing(number).utf8), to: drawing)
            let arguments = ["flatten", drawing, path + kind.file.options]
            _ = try await lab.blocking { try Tool.run("vips", arguments, log: "\(directory)/vips.log") }
            paths.append(path)
        }
        self.paths = paths
        bytes = try paths.map { try Files.bytes($0) }
    }

    /// Processor milliseconds a picture that `vipsthumbnail` takes, all in one invocation, less an invocation without
    /// pictures. It runs on one thread, as it needs least then.
    func vipsthumbnail(directory: String) throws -> Double {
        let options = [
            "--size", "512x512", "--smartcrop", "centre", "-o",
            "\(directory)/%s-thumbnail.jpg[Q=80,optimize_coding,interlace,strip]",
        ]
        let log = "\(directory)/vips.log"
        let empty = try Tool.run("vipsthumbnail", options, log: log)
        let full = try Tool.run("vipsthumbnail", options + paths, log: log)
        return (full - empty) / Double(paths.count)
    }

    private static func drawing(_ seed: Int) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024"><defs>\
        <linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#1b2a41"/>\
        <stop offset="0.5" stop-color="#c08457"/><stop offset="1" stop-color="#f2e3c6"/></linearGradient>\
        <radialGradient id="b"><stop offset="0" stop-color="#fff4c2" stop-opacity="0.8"/>\
        <stop offset="1" stop-color="#fff4c2" stop-opacity="0"/></radialGradient>\
        <filter id="n" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency="0.4" \
        numOctaves="4" seed="\(seed + 1)"/><feColorMatrix type="matrix" \
        values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 0 0.22"/></filter></defs>\
        <rect width="1024" height="1024" fill="url(#a)"/><circle cx="\(200 + 37 * (seed % 16))" cy="380" r="330" \
        fill="url(#b)"/><rect width="1024" height="1024" filter="url(#n)"/></svg>
        """
    }
}

/// Programs of others that a figure needs.
enum Tool {
    /// Blocks until it has ended.
    /// - Returns: the processor time it took, in milliseconds.
    static func run(_ program: String, _ arguments: [String], log: String) throws -> Double {
        let command = Command(
            program: program, arguments: arguments, environment: ["VIPS_CONCURRENCY": "1"], log: log)
        let pipe = try Pipe()
        defer { pipe.close() }
        let process = try command.start(output: pipe.writing)
        let ending = Ending(waitingFor: process)
        guard ending.code == 0 else {
            let words = (try? Files.text(log).suffix(300)) ?? ""
            throw BenchFailure("\(program) ended with \(ending.code) \(words)")
        }
        return ending.cpu
    }
}
