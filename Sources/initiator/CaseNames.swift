import DarkroomCLI
import JobModel
import LMDBStore
import Orchestration

/// The cases of the store that a half-written command line names, for a shell that completes it.
enum CaseNames {
    private static let most = 200
    private static let (pageSize, pagesAtMost) = (1_000, 20)

    /// - Parameter words: of the command line so far, from which `--data`, `--owner` and `--config` are taken.
    /// - Returns: at most 200 of the first 20,000 cases, none where there is no store to look into: whoever types learns why from the command.
    static func complete(_ words: [String], _ prefix: String) async -> [String] {
        guard let settings = try? Settings(file: value("--config", words)),
            let directory = try? settings.text("data", flag: value("--data", words)),
            let owner = try? OwnerID(value("--owner", words) ?? OwnerID.local.text),
            let store = try? Stores.openToRead(directory, as: .control)
        else { return [] }
        let names = try? await names(in: store, owner, beginning: prefix)
        await store.close()
        return names ?? []
    }

    private static func names(
        in store: LMDBStore, _ owner: OwnerID, beginning prefix: String
    ) async throws(StoreError) -> [String] {
        var (names, after): ([String], StoreKey?) = ([], nil)
        for _ in 0..<pagesAtMost where names.count < most {
            let page = try await store.scan(Keys.cases(owner: owner), after: after, limit: pageSize)
            let found = page.filter { !$0.isTombstone }.compactMap { Keys.job(at: $0.key)?.caseID.text }
            names += found.filter { $0.hasPrefix(prefix) }
            guard page.count == pageSize, let last = page.last else { break }
            after = last.key
        }
        return Array(names.prefix(most))
    }

    private static func value(_ flag: String, _ words: [String]) -> String? {
        guard let place = words.firstIndex(of: flag), place + 1 < words.count else { return nil }
        return words[place + 1]
    }
}
