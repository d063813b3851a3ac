import ArgumentParser
import LMDBStore
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Opens the store of a command or a server.
public enum Stores {
    /// - Throws: ``CommandFailure`` with the store's own words.
    public static func open(_ directory: String, exclusive: Bool = false, _ settings: Settings) throws -> LMDBStore {
        var options = LMDBStore.Options()
        options.exclusive = exclusive
        options.onCommit = try crashHook(settings)
        do throws(StoreError) {
            return try LMDBStore.open(directory, options: options)
        } catch {
            throw CommandFailure(.failure, "store: \(error.message)")
        }
    }

    /// For tests of durability: `DARKROOM_CRASH_AT_COMMIT=n` kills the process with SIGKILL right after its n-th commit
    /// is durable and before anybody is told.
    private static func crashHook(_ settings: Settings) throws -> (@Sendable (UInt64) -> Void)? {
        guard let text = settings.foreign("DARKROOM_CRASH_AT_COMMIT") else { return nil }
        guard let limit = UInt64(text), limit > 0 else {
            throw ValidationError("DARKROOM_CRASH_AT_COMMIT must be a number above 0")
        }
        return { count in if count >= limit { kill(getpid(), SIGKILL) } }
    }
}
