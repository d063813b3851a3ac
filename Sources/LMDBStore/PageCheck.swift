#if canImport(Glibc)
import Glibc
#endif

/// Walks every page in use of one state of the file, without LMDB: LMDB trusts its pages, and one that holds something
/// else ends the process (a failed assertion, a look behind the map).
///
/// Memory: one bit a page of the file, one page a level.
struct PageCheck {
    /// What does not hold, in words that name the page.
    struct Fault: Error {
        let text: String
    }

    /// 2^32 pages are 16 TiB, and half a gigabyte of marks.
    private static let maximumPages: UInt64 = 1 << 32
    /// More levels than any tree of so many pages has.
    private static let maximumDepth: UInt16 = 32

    private let file: Int32
    private let pageBytes: Int
    private let lastPage: UInt64
    private var seen: [UInt64]
    private(set) var pages: UInt64 = 2

    /// - Parameters:
    ///   - file: open for reading; read by position.
    ///   - transaction: the one whose result is walked; a reader must hold it, or nobody may write.
    /// - Returns: the number of pages in use; nil if the file's description is of other transactions by now.
    static func run(_ file: Int32, pageBytes: Int, transaction: UInt64) throws(Fault) -> UInt64? {
        let page = try read(transaction & 1, of: file, pageBytes: pageBytes)
        // Behind the page's header: magic 4, version 4, address 8, map bytes 8, two roots, last page 8, transaction 8.
        let roots = PageView.headerBytes + 24
        guard page.flags & PageView.meta != 0 else { throw Fault(text: "page \(transaction & 1) is no description") }
        guard page.word(roots + 2 * TreeRoot.bytes + 8, UInt64.self) == transaction else { return nil }
        var check = try PageCheck(
            file: file, pageBytes: pageBytes, lastPage: page.word(roots + 2 * TreeRoot.bytes, UInt64.self))
        // The first root's flags are the environment's; its keys are integers always.
        try check.walk(TreeRoot(page, at: roots), hasIntegerKeys: true)
        try check.walk(TreeRoot(page, at: roots + TreeRoot.bytes), hasIntegerKeys: false)
        return check.pages
    }

    private init(file: Int32, pageBytes: Int, lastPage: UInt64) throws(Fault) {
        guard lastPage < Self.maximumPages else { throw Fault(text: "it says that it has \(lastPage) pages") }
        self.file = file
        self.pageBytes = pageBytes
        self.lastPage = lastPage
        seen = [UInt64](repeating: 0, count: Int(lastPage / 64) + 1)
        try visit(0)
        try visit(1)
        pages = 2
    }

    private mutating func walk(_ root: TreeRoot, hasIntegerKeys: Bool) throws(Fault) {
        guard !root.isEmpty else { return }
        guard (1...Self.maximumDepth).contains(root.depth) else {
            throw Fault(text: "the tree at page \(root.page) says it has \(root.depth) levels")
        }
        let entries = try walk(root.page, levels: root.depth, hasIntegerKeys: hasIntegerKeys)
        guard entries == root.entries else {
            throw Fault(text: "the tree at page \(root.page) has \(entries) entries instead of \(root.entries)")
        }
    }

    /// The number of entries below.
    private mutating func walk(
        _ number: UInt64, levels: UInt16, hasIntegerKeys: Bool
    ) throws(Fault) -> UInt64 {
        try visit(number)
        let page = try Self.read(number, of: file, pageBytes: pageBytes)
        guard page.number == number, page.flags & 0xF == (levels == 1 ? PageView.leaf : PageView.branch) else {
            throw Fault(text: "page \(number) holds something else")
        }
        guard let nodes = page.nodes(), !nodes.isEmpty else {
            throw Fault(text: "the parts of page \(number) do not add up")
        }
        if levels > 1 {
            try checkOrder(nodes.dropFirst(), number, hasIntegerKeys: hasIntegerKeys)
            var entries: UInt64 = 0
            for node in nodes {
                entries += try walk(node.child, levels: levels - 1, hasIntegerKeys: hasIntegerKeys)
            }
            return entries
        }
        try checkOrder(nodes[...], number, hasIntegerKeys: hasIntegerKeys)
        for node in nodes { try checkValue(node, in: page) }
        return UInt64(nodes.count)
    }

    /// The first key of a branch is not used, and often empty.
    private func checkOrder(
        _ nodes: ArraySlice<PageView.Node>, _ number: UInt64, hasIntegerKeys: Bool
    ) throws(Fault) {
        var last: ArraySlice<UInt8> = []
        for node in nodes {
            let isLegal =
                hasIntegerKeys
                ? node.key.count == 8 && (last.isEmpty || Self.integer(last) < Self.integer(node.key))
                : !node.key.isEmpty && last.lexicographicallyPrecedes(node.key)
            guard isLegal else { throw Fault(text: "the keys of page \(number) are not in order") }
            last = node.key
        }
    }

    private mutating func checkValue(_ node: PageView.Node, in page: PageView) throws(Fault) {
        guard node.flags & PageView.Node.duplicates == 0 else {
            throw Fault(text: "page \(page.number) holds a value of a kind that is not ours")
        }
        if node.flags & PageView.Node.database != 0 {
            guard node.valueBytes == TreeRoot.bytes else {
                throw Fault(text: "page \(page.number) holds the root of a tree with \(node.valueBytes) bytes")
            }
            try walk(TreeRoot(page, at: node.valueOffset), hasIntegerKeys: false)
        }
        guard node.flags & PageView.Node.bigValue != 0 else { return }
        let first = page.word(node.valueOffset, UInt64.self)
        let count = UInt64((PageView.headerBytes + node.valueBytes - 1) / pageBytes + 1)
        guard first <= lastPage, count <= lastPage - first + 1 else {
            throw Fault(text: "page \(page.number) names a value behind the end of the file")
        }
        for number in first..<(first + count) { try visit(number) }
        let head = try Self.read(first, of: file, pageBytes: pageBytes)
        guard head.number == first, head.flags & PageView.overflow != 0, UInt64(head.overflowPages) == count else {
            throw Fault(text: "page \(first) holds something else than the value that page \(page.number) names")
        }
    }

    private mutating func visit(_ number: UInt64) throws(Fault) {
        guard number <= lastPage else { throw Fault(text: "page \(number) lies behind the end of the file") }
        let (index, bit) = (Int(number / 64), UInt64(1) << (number % 64))
        guard seen[index] & bit == 0 else { throw Fault(text: "page \(number) is in use twice") }
        seen[index] |= bit
        pages += 1
    }

    private static func integer(_ key: ArraySlice<UInt8>) -> UInt64 {
        key.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    private static func read(_ number: UInt64, of file: Int32, pageBytes: Int) throws(Fault) -> PageView {
        var bytes = [UInt8](repeating: 0, count: pageBytes)
        var filled = 0
        while filled < pageBytes {
            let offset = Int(number) * pageBytes + filled
            let count = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress.map { $0 + filled }, pageBytes - filled, offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Fault(text: "page \(number) is not there or cannot be read") }
            filled += count
        }
        return PageView(bytes: bytes)
    }
}
