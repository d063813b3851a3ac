import CurlClient
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Where figures are made: the executables, a directory that is removed at the end, a client, and the output.
final class Lab: Sendable {
    let isQuick: Bool
    let binaries: String
    private let pool = BlockingPool(name: "bench", threads: 4)
    let http = CurlClient()
    private let scratch: String
    private let directories = Locked(0)

    init(isQuick: Bool, binaries: String?) throws {
        self.isQuick = isQuick
        CurlClient.raiseDescriptorLimit()
        self.binaries = try binaries ?? Lab.ownDirectory()
        var template = Array("\(Lab.temporaryDirectory)/darkroom-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BenchFailure("cannot make a directory in \(Lab.temporaryDirectory)")
        }
        scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes the figures one after another and prints each as soon as it is there.
    /// - Returns: how many could not be made.
    func measure(_ names: [FigureName]) async -> Int {
        Output.line(Row.head)
        var failures = 0
        for name in names {
            note("\(name.rawValue) …")
            do {
                let witness = try Witness()
                for row in try await name.figure.rows(in: self) { Output.line(row.markdown) }
                Output.line(Row("*\(name.rawValue)*", "*\(try witness.account())*").markdown)
            } catch {
                failures += 1
                Output.line(Row(name.rawValue, "not measured", against: "\(error)").markdown)
            }
        }
        return failures
    }

    func close() async {
        await http.shutdown()
        await pool.shutdown()
        Files.remove(scratch)
    }

    /// Runs what blocks (waiting for children, polling sockets) off the cooperative pool.
    func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await pool.run { Swift.Result { try body() } }.get()
    }

    /// A fresh directory, which goes with the lab.
    func directory(_ name: String) throws -> String {
        let number = directories.withLock { count in
            count += 1
            return count
        }
        let path = "\(scratch)/\(name)-\(number)"
        guard mkdir(path, 0o700) == 0 else { throw BenchFailure("cannot make \(path)") }
        return path
    }

    func note(_ text: String) { Output.note(text) }

    private static var temporaryDirectory: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    private static func ownDirectory() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else {
            throw BenchFailure("cannot tell where this program is")
        }
        defer { free(path) }
        let text = String(cString: path)
        guard let slash = text.lastIndex(of: "/") else { return "." }
        return String(text[..<slash])
    }
}

enum Output {
    /// A line of the table.
    static func line(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// What goes on meanwhile.
    static func note(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        // A reader that has gone ends nothing here.
        _ = Array((text + "\n").utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
