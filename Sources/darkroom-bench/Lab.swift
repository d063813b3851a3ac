import CurlClient
import ProcessDriving
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
        self.binaries = try binaries ?? Files.ownDirectory()
        scratch = try Files.temporaryDirectory("darkroom-bench")
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

    /// Starts and waits for processes.
    var driver: Driver { Driver(pool: pool, note: { Output.note($0) }) }

    /// Runs what blocks (waiting for children, polling sockets) off the cooperative pool.
    func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await driver.blocking(body)
    }

    /// A fresh directory, which goes with the lab.
    func directory(_ name: String) throws -> String {
        let number = directories.withLock { count in
            count += 1
            return count
        }
        let path = "\(scratch)/\(name)-\(number)"
        try Files.makeDirectory(path)
        return path
    }

    func note(_ text: String) { Output.note(text) }
}
