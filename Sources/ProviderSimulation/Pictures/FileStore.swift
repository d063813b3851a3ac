import Threads

/// The files that answers name by URL. Only what they are made of is kept, so they cost next to nothing.
final class FileStore: Sendable {
    struct File: Sendable {
        var source: PictureSource
        /// How its download ends; nil serves it.
        var ending: Ending?
    }

    /// The oldest files make room, as a provider's do after an hour.
    static let bound = 20_000

    private let files = Locked(BoundedTable<File>(bound: FileStore.bound))

    /// Its new name, which has no meaning outside of the store.
    func add(_ file: File) -> String {
        files.withLock { files in
            let name = RandomName.make()
            files.add(file, named: name)
            return name
        }
    }

    /// nil once it made room.
    func file(_ name: String) -> File? { files.withLock { $0[name] } }
}

/// Values by name; past the bound, the one added first goes.
struct BoundedTable<Value> {
    private var values: [String: Value] = [:]
    /// A ring of the names in the order in which they came.
    private var order: [String] = []
    private var oldest = 0
    private let bound: Int

    init(bound: Int) { self.bound = bound }

    subscript(name: String) -> Value? { values[name] }

    mutating func add(_ value: Value, named name: String) {
        if order.count < bound {
            order.append(name)
        } else {
            values[order[oldest]] = nil
            order[oldest] = name
            oldest = (oldest + 1) % bound
        }
        values[name] = value
    }
}

/// Names as Replicate gives them: 26 letters and digits of base32 in lower case.
enum RandomName {
    private static let letters = Array("abcdefghjkmnpqrstvwxyz0123456789")

    static func make() -> String { String((0..<26).map { _ in letters[Int.random(in: 0..<letters.count)] }) }
}
