/// One page of LMDB's file as bytes that may be anything: nothing is followed before it was found to be inside.
///
/// Header, 16 bytes in the machine's own order: page number (8), unused (2), flags (2), end of the node offsets (2), begin
/// of the nodes (2). An overflow page has the number of its pages in place of the last two. Then the offsets of the nodes.
struct PageView {
    static let headerBytes = 16
    static let branch: UInt16 = 1
    static let leaf: UInt16 = 2
    static let overflow: UInt16 = 4
    static let meta: UInt16 = 8

    let bytes: [UInt8]

    var number: UInt64 { word(0, UInt64.self) }
    var flags: UInt16 { word(10, UInt16.self) }
    var overflowPages: UInt32 { word(12, UInt32.self) }

    /// A node: 8 bytes (low and high half of the size, flags, bytes of the key), the key, and in a leaf the value. In a
    /// branch the first six bytes are the child's page number.
    struct Node {
        static let headerBytes = 8
        static let bigValue: UInt16 = 1
        static let database: UInt16 = 2
        static let duplicates: UInt16 = 4

        let child: UInt64
        let valueBytes: Int
        let flags: UInt16
        let key: ArraySlice<UInt8>
        /// Where the value begins in the page.
        let valueOffset: Int
    }

    /// The nodes in the order of their keys; nil if the page's own numbers contradict one another.
    func nodes() -> [Node]? {
        let (lower, upper) = (Int(word(12, UInt16.self)), Int(word(14, UInt16.self)))
        guard lower >= Self.headerBytes, lower % 2 == 0, lower <= upper, upper <= bytes.count else { return nil }
        let isBranch = flags & Self.branch != 0
        var nodes: [Node] = []
        for place in stride(from: Self.headerBytes, to: lower, by: 2) {
            let offset = Int(word(place, UInt16.self))
            guard offset >= upper, let node = node(at: offset, isBranch: isBranch) else { return nil }
            nodes.append(node)
        }
        return nodes
    }

    private func node(at offset: Int, isBranch: Bool) -> Node? {
        guard offset + Node.headerBytes <= bytes.count else { return nil }
        let size = UInt64(word(offset, UInt16.self)) | UInt64(word(offset + 2, UInt16.self)) << 16
        let flags = word(offset + 4, UInt16.self)
        let valueOffset = offset + Node.headerBytes + Int(word(offset + 6, UInt16.self))
        guard valueOffset <= bytes.count else { return nil }
        let node = Node(
            child: size | UInt64(flags) << 32, valueBytes: Int(size), flags: flags,
            key: bytes[(offset + Node.headerBytes)..<valueOffset], valueOffset: valueOffset)
        if isBranch { return node }
        let held = flags & Node.bigValue != 0 ? 8 : node.valueBytes
        return valueOffset + held <= bytes.count ? node : nil
    }

    /// In bounds: offsets are checked before, or constants within the smallest page.
    func word<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
}

/// The root of one of LMDB's trees: 48 bytes, of which the number of levels and entries and the root's page matter here.
struct TreeRoot {
    static let bytes = 48
    private static let none = UInt64.max

    let depth: UInt16
    let entries: UInt64
    let page: UInt64

    init(_ page: PageView, at offset: Int) {
        depth = page.word(offset + 6, UInt16.self)
        entries = page.word(offset + 32, UInt64.self)
        self.page = page.word(offset + 40, UInt64.self)
    }

    var isEmpty: Bool { page == Self.none }
}
