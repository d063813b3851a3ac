import ArgumentParser
import DarkroomCLI
import JobModel
import Orchestration

struct CreateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key for an owner; print it, once.",
        discussion: "With --json the key stands in the field \"key\".")

    @Option(help: "Whose jobs it opens: 1 to 128 of A-Z a-z 0-9 . _ ~ -") var owner: String
    @Option(
        help: "submit, read or admin, also several: --scope submit,read. (default: submit,read)",
        transform: CreateKey.scopes)
    var scope: [Set<AccessScope>] = []
    @Option(help: "Days after which it ends; without it, it does not.") var expiresInDays: Double?
    @Option(help: "What it is for, to tell it from others.") var note: String?
    @OptionGroup var options: StoreOptions

    private static func scopes(_ text: String) throws -> Set<AccessScope> {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Set(
            try words.map { word in
                guard let scope = AccessScope(rawValue: word) else {
                    let all = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("--scope must be of: \(all)")
                }
                return scope
            })
    }

    func validate() throws {
        if let expiresInDays, !(expiresInDays > 0 && expiresInDays <= 36_500) {
            throw ValidationError("--expires-in-days must be above 0 and at most 36500")
        }
        if let note, note.count > APIKeyRecord.maximumNoteCharacters {
            throw ValidationError("--note must be at most \(APIKeyRecord.maximumNoteCharacters) characters")
        }
    }

    func run() async throws {
        let owner = try OwnerID(owner, of: "--owner")
        let scopes: Set<AccessScope> = scope.isEmpty ? [.submit, .read] : scope.reduce([]) { $0.union($1) }
        let lifetime = expiresInDays.map { Milliseconds($0 * 86_400_000) }
        try await KeyWork.run(options) { keys, session in
            let (record, key) = try await keys.create(owner: owner, scopes: scopes, lifetime: lifetime, note: note)
            try KeyWork.show(new: record, key, isJSON: options.json, now: session.clock.now())
        }
    }
}

struct ListKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List keys, also those that have ended; never the keys themselves.")

    @Option(help: "Only this owner's.") var owner: String?
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let owner = try owner.map { try OwnerID($0, of: "--owner") }
        try await KeyWork.run(options, .reading) { keys, session in
            try KeyWork.show(try await keys.list(owner: owner), isJSON: options.json, now: session.clock.now())
        }
    }
}
