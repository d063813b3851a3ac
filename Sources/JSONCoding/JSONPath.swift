/// Where a reader or a writer stands: a list linked towards the root, so that going down one level costs one small
/// allocation and nothing is built unless somebody asks.
final class PathNode: Sendable {
    let parent: PathNode?
    let key: any CodingKey
    /// How many steps lead here from the root.
    let depth: Int

    init(_ key: any CodingKey, below parent: PathNode?) {
        self.parent = parent
        self.key = key
        depth = (parent?.depth ?? 0) + 1
    }
}

extension PathNode? {
    var codingPath: [any CodingKey] {
        var keys: [any CodingKey] = []
        var place = self
        while let node = place {
            keys.append(node.key)
            place = node.parent
        }
        keys.reverse()
        return keys
    }
}

/// A place in an array, and the `super` key that Codable wants.
enum PlaceKey: CodingKey {
    case index(Int)
    case name(String)

    static let parent = PlaceKey.name("super")

    init(stringValue: String) { self = .name(stringValue) }
    init(intValue: Int) { self = .index(intValue) }

    var stringValue: String {
        switch self {
        case .index(let index): "Index \(index)"
        case .name(let name): name
        }
    }

    var intValue: Int? {
        if case .index(let index) = self { index } else { nil }
    }
}

/// A path as a person writes it: `evidence[3].name`.
enum PathText {
    /// Keys come from the document: one that is long must not make the message long.
    private static let longestName = 64
    private static let longestPath = 512

    enum Step {
        case key(String)
        case index(Int)
    }

    static func render(_ path: [any CodingKey]) -> String {
        render(path.map { key in key.intValue.map(Step.index) ?? .key(key.stringValue) })
    }

    static func render(_ steps: [Step]) -> String {
        var text = ""
        for step in steps {
            guard text.utf8.count < longestPath else { return text + "…" }
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let name) where isPlain(name): text += text.isEmpty ? name : ".\(name)"
            case .key(let name): text += "[\"\(shortened(name))\"]"
            }
        }
        return text
    }

    private static func isPlain(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"),
                    UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }

    private static func shortened(_ name: String) -> String {
        let visible = name.unicodeScalars.prefix(longestName).map { scalar in
            switch scalar {
            case "\"": "'"
            case _ where scalar.properties.generalCategory == .control: "?"
            default: String(scalar)
            }
        }.joined()
        return name.unicodeScalars.count > longestName ? visible + "…" : visible
    }
}
