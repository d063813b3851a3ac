import LMDBStore
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// A second process over a store directory, for tests: what it does is said on standard output, a line each.
///
///     StoreProbe serve|fill|open DIRECTORY [exclusive] [map=BYTES] [file-limit=BYTES] [uid=N] [die-at=COMMIT]
///     StoreProbe format DIRECTORY KEY NUMBER
///
/// `open` says `open` or `error CODE MESSAGE` and ends. `fill` writes until it is killed and says `ack NUMBER` for each
/// write. `serve` says `open`, then obeys lines of standard input until that ends: `put NAME BYTES` (says the outcome),
/// `count TASKS TIMES` (increments a counter by compare-and-swap, says `counted`). `format` writes a record's format into
/// its header, as another version of Darkroom would, and says which one stood there.
@main
struct StoreProbe {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard let command = arguments.first, let directory = arguments.dropFirst().first else { exit(2) }
        if command == "format" { return await changeFormat(directory, Array(arguments.dropFirst(2))) }
        let settings = Settings(arguments.dropFirst(2))
        settings.apply()
        let store: LMDBStore
        do {
            store = try LMDBStore.open(directory, options: settings.options)
        } catch {
            say("error \(error.code.rawValue) \(error.message)")
            exit(1)
        }
        switch command {
        case "open": say("open")
        case "fill": await fill(store)
        case "serve":
            say("open")
            while let line = readLine() { await obey(line, store) }
        default: exit(2)
        }
        await store.close()
    }

    private static func changeFormat(_ directory: String, _ words: [String]) async {
        guard words.count == 2, let format = UInt16(words[1]) else { exit(2) }
        let key = StoreKey(words[0].split(separator: ":").map(String.init))
        guard let store = try? LMDBStore.open(directory), let record = try? store.get(key) else { exit(4) }
        var header = record.header
        header.format = format
        let write = RecordWrite(key: key, expected: .revision(record.revision), header: header, body: record.body)
        guard case .committed = await store.write(write) else { exit(4) }
        say("\(record.header.format)")
        await store.close()
    }

    static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        let written = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        // The test that started this process is gone.
        if written != bytes.count { exit(3) }
    }

    private static func obey(_ line: String, _ store: LMDBStore) async {
        let words = line.split(separator: " ")
        switch (words.first, words.count) {
        case ("put", 3): say(await put(String(words[1]), bytes: Int(words[2]) ?? 0, store))
        case ("count", 3): await count(tasks: Int(words[1]) ?? 1, times: Int(words[2]) ?? 1, store)
        default: exit(2)
        }
    }

    private static func put(_ name: String, bytes: Int, _ store: LMDBStore) async -> String {
        let key = StoreKey("case", name)
        do {
            let expected = try store.get(key).map { RecordWrite.Expectation.revision($0.revision) } ?? .absent
            let body = [UInt8](repeating: 1, count: bytes)
            switch await store.write(RecordWrite(key: key, expected: expected, header: header, body: body)) {
            case .committed(let revision): return "committed \(revision.number)"
            case .conflict: return "conflict"
            case .refused(let error): return "refused \(error.code.rawValue)"
            case .unknown(let error): return "unknown \(error.code.rawValue)"
            }
        } catch {
            return "error \(error.code.rawValue)"
        }
    }

    private static func count(tasks: Int, times: Int, _ store: LMDBStore) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask { for _ in 0..<times { await increment(store) } }
            }
        }
        say("counted")
    }

    private static func increment(_ store: LMDBStore) async {
        let key = StoreKey("counter")
        while true {
            guard let record = try? store.get(key), let count = Int(String(decoding: record.body, as: UTF8.self)) else {
                exit(4)
            }
            let outcome = await store.write(
                RecordWrite(
                    key: key, expected: .revision(record.revision), header: header, body: Array("\(count + 1)".utf8)))
            if case .committed = outcome { return }
            guard outcome == .conflict else { exit(4) }
        }
    }

    /// Several tasks, so that one transaction holds several writes when the process is killed.
    private static func fill(_ store: LMDBStore) async {
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in stride(from: task, to: .max, by: 8) {
                        let key = StoreKey("fill", "\(number)")
                        let body = Array(repeating: UInt8(truncatingIfNeeded: number), count: 3000)
                        let outcome = await store.write(
                            RecordWrite(key: key, expected: .absent, header: header, body: body))
                        guard case .committed = outcome else { exit(4) }
                        say("ack \(number)")
                    }
                }
            }
        }
    }

    private static let header = RecordHeader(kind: 1, state: 1, format: 1)
}
