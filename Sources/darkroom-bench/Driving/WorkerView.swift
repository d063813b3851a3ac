import JobModel
import LMDBStore
import Orchestration
import ProcessDriving

/// A dead worker's records.
enum WorkerView {
    /// The names that ``Cases`` gave to the images recorded as made.
    static func generated(in directory: String) async throws -> [String] {
        let store = try LMDBStore.open(directory)
        do {
            let names = try await names(in: store)
            await store.close()
            return names
        } catch {
            await store.close()
            throw error
        }
    }

    private static func names(in store: LMDBStore) async throws -> [String] {
        var names: [String] = []
        for line in try await store.scan(Keys.runs, after: nil, limit: 1_000) {
            guard let stored = try store.get(line.key) else { continue }
            let run = try RecordCoding.decode(RunRecord.self, from: stored)
            names += run.assets.filter { $0.state == .generated }.map {
                Cases.name(of: $0.id.text, in: run.caseID.text)
            }
        }
        return names
    }
}
