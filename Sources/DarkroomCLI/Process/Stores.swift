import ArgumentParser
import LMDBStore
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Opens the store of a command or a server.
public enum Stores {
    /// For a server or a command that writes: made if it is not there, and marked with its role.
    /// - Parameter measures: where its transactions are counted.
    /// - Throws: ``CommandFailure`` with the store's own words.
    public static func open(
        _ directory: String, as role: StoreRole, exclusive: Bool = false, measures: Measures? = nil,
        _ settings: Settings
    ) throws -> LMDBStore {
        var options = LMDBStore.Options()
        options.role = role
        options.exclusive = exclusive
        let crash = try crashHook(settings)
        options.onCommit = { count in
            crash?(count)
            measures?.note(.storeCommits)
        }
        return try open(directory, options)
    }

    /// For a command that only looks: of what is not there nothing is made.
    /// - Parameters:
    ///   - role: nil for a command that looks at any store.
    ///   - checksPages: visit every page first.
    ///   - report: told of damage that has no key.
    public static func openToRead(
        _ directory: String, as role: StoreRole?, checksPages: Bool = false,
        report: (@Sendable (StoreError) -> Void)? = nil
    ) throws -> LMDBStore {
        var options = LMDBStore.Options()
        options.role = role
        options.isReadOnly = true
        options.checksPages = checksPages
        if let report { options.report = report }
        return try open(directory, options)
    }

    /// What a process says of the store's error. The wrong directory, or the wrong Darkroom for it, is the caller's to mend.
    public static func failure(_ error: StoreError) -> CommandFailure {
        let code: ExitCode =
            switch error.code {
            case .noStore, .wrongRole, .newerFormat: Exit.usage
            case .corrupt: Exit.damaged
            default: .failure
            }
        return CommandFailure(code, "store: \(error.message)")
    }

    private static func open(_ directory: String, _ options: LMDBStore.Options) throws -> LMDBStore {
        do throws(StoreError) {
            return try LMDBStore.open(directory, options: options)
        } catch {
            throw failure(error)
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
