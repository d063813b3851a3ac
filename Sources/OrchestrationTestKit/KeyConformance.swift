import Orchestration

/// Any text as a key; prefixes, order and pages of scans.
struct KeyConformance {
    let store: any KeyValueStore & ArtifactStore

    /// Each of these names a record of its own, the two spellings of "é" included.
    static let oddKeys: [StoreKey] = [
        StoreKey(""), StoreKey("", ""), StoreKey("", "", ""), StoreKey("\0"), StoreKey("\0", ""), StoreKey("\0\0"),
        StoreKey("a"), StoreKey("a", ""), StoreKey("a\0"), StoreKey("a\0b"), StoreKey("a", "b"), StoreKey("a:b"),
        StoreKey("a/b"), StoreKey("a\u{1}"), StoreKey("a\u{1}\u{1}"), StoreKey("a\u{1}", "\u{1}"), StoreKey("é"),
        StoreKey("e\u{301}"), StoreKey("日本語", "の", "画像"), StoreKey("🧵"), StoreKey("\u{10FFFF}"), StoreKey("."),
        StoreKey(".."), StoreKey("A"), StoreKey("a "), StoreKey(String(repeating: "long ", count: 120)),
        StoreKey(String(repeating: "long ", count: 120) + "x"), StoreKey(String(repeating: "\0", count: 600)),
        StoreKey(String(repeating: "\0", count: 601), "b"), StoreKey(String(repeating: "界", count: 21)),
        StoreKey("owner", String(repeating: "o", count: 128), "ledger", String(repeating: "j", count: 128), "1"),
    ]

    func takesAnyText() async throws {
        var revisions: [StoreKey: Revision] = [:]
        for (index, key) in Self.oddKeys.enumerated() {
            revisions[key] = try await store.mustCommit(key, [UInt8(index)])
        }
        try requireEqual(revisions.count, Self.oddKeys.count, "distinct keys")
        for (index, key) in Self.oddKeys.enumerated() {
            let record = try store.mustGet(key)
            try requireEqual(record.body, [UInt8(index)], "the body at \(Array(key.description.utf8))")
            try requireEqual(record.key, key, "the key itself")
            try await store.mustConflict(key, expecting: .absent)
        }
        let lines = try await store.scan(StoreKey(), after: nil, limit: 1000)
        try requireEqual(Set(lines.map(\.key)), Set(Self.oddKeys), "the keys of the scan")
        try requireEqual(lines.count, Self.oddKeys.count, "the lines of the scan")
        for prefix in Self.oddKeys {
            let below = try await store.scan(prefix, after: nil, limit: 1000)
            try requireEqual(
                Set(below.map(\.key)), Set(Self.oddKeys.filter { $0.hasPrefix(prefix) }),
                "below \(Array(prefix.description.utf8))")
        }
    }

    func endsPrefixesOnComponents() async throws {
        let inside = [StoreKey("case", "a"), StoreKey("case", "a", "image-job"), StoreKey("case", "a", "")]
        let outside = [
            StoreKey("case"), StoreKey("case", "ab"), StoreKey("case", "a\0"), StoreKey("case", "a\u{1}"),
            StoreKey("case", "a:image-job"), StoreKey("cas"), StoreKey("casea"), StoreKey("case", ""),
        ]
        for key in inside + outside { try await store.mustCommit(key) }
        let found = try await store.scan(StoreKey("case", "a"), after: nil, limit: 100)
        try requireEqual(found.map(\.key), inside.sorted(), "the keys at and below case:a")
        try requireEqual(try await store.scan(StoreKey("case", "abc"), after: nil, limit: 100), [], "below nothing")
    }

    func ordersAndPages() async throws {
        let names = ["", "\0", "\u{1}", " ", "0", "10", "9", "A", "a", "a\0", "aa", "b", "é", "日", "🧵"]
        var keys = names.map { StoreKey("p", $0) } + names.map { StoreKey("p", $0, "x") }
        keys.append(StoreKey("p"))
        for key in keys.shuffled() + [StoreKey("o"), StoreKey("q")] { try await store.mustCommit(key) }
        let all = try await store.scan(StoreKey("p"), after: nil, limit: .max).map(\.key)
        try requireEqual(all, keys.sorted(), "the order of keys")
        for size in [1, 4, keys.count] {
            try requireEqual(try await pages(of: size), all, "pages of \(size)")
        }
        try requireEqual(try await store.scan(StoreKey("p"), after: nil, limit: 0), [], "a limit of nothing")
        let before = try await store.scan(StoreKey("p"), after: StoreKey("o"), limit: .max).map(\.key)
        try requireEqual(before, all, "paging on from before the prefix")
        try requireEqual(try await store.scan(StoreKey("p"), after: StoreKey("q"), limit: 9), [], "from behind it")
        let between = try await store.scan(StoreKey("p"), after: StoreKey("p", "9", "a"), limit: 1).map(\.key)
        try requireEqual(between, [StoreKey("p", "9", "x")], "paging on from a key that is not there")
    }

    private func pages(of size: Int) async throws -> [StoreKey] {
        var found: [StoreKey] = []
        while true {
            let page = try await store.scan(StoreKey("p"), after: found.last, limit: size)
            if page.isEmpty { return found }
            try require(page.count <= size, "a page of \(page.count) where \(size) were asked")
            found += page.map(\.key)
            try require(found.count <= 1000, "paging makes no progress")
        }
    }
}
