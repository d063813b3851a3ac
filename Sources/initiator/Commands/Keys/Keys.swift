import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import Orchestration

struct KeyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, rotate and revoke the API keys of a store.",
        discussion: """
            What is done here counts at once, also for servers that run on the store. A key is shown when it is made and \
            never again: the store holds a hash of it. With the first key a server that was open on its own machine \
            closes for good.
            """,
        subcommands: [CreateKey.self, ListKeys.self, RotateKey.self, RevokeKeys.self])
}

/// What is printed of a key.
struct KeyView: Encodable {
    var id: APIKeyID
    /// The key itself, once.
    var key: String?
    var owner: OwnerID
    var scopes: [String]
    var state: String
    var createdAt: Milliseconds
    var expiresAt: Milliseconds?
    var revokedAt: Milliseconds?
    var replacedBy: APIKeyID?
    var note: String?

    init(_ record: APIKeyRecord, key: APIKeyCredential? = nil, now: Milliseconds) {
        id = record.id
        self.key = key?.text
        owner = record.owner
        scopes = record.scopes.map(\.rawValue).sorted()
        state = record.state(now: now).rawValue
        createdAt = record.createdAt
        expiresAt = record.expiresAt
        revokedAt = record.revokedAt
        replacedBy = record.replacedBy
        note = record.note
    }

    func line(now: Milliseconds) -> String {
        let end = expiresAt.flatMap { $0 > now ? "  for \(Self.span($0 - now)) more" : nil } ?? ""
        let notes = [replacedBy.map { "  replaced by \($0)" }, note.map { "  \($0)" }].compactMap { $0 }.joined()
        return "\(id)  \(owner)  \(scopes.joined(separator: ","))  \(state)\(end)\(notes)\n"
    }

    /// The largest unit of which there are two.
    private static func span(_ length: Milliseconds) -> String {
        let units: [(Milliseconds, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")]
        let unit = units.first { length >= 2 * $0.0 } ?? (1_000, "s")
        return "\(length / unit.0) \(unit.1)"
    }
}

/// What several of the commands share.
enum KeyWork {
    static func run(
        _ options: StoreOptions, _ access: Session.Access = .writing, _ body: (APIKeys, Session) async throws -> Void
    ) async throws {
        try await Session.run(options, access) { session in
            try await body(APIKeys(store: session.store, clock: session.clock, random: SystemRandom()), session)
        }
    }

    static func id(_ text: String) throws -> APIKeyID {
        do { return try APIKeyID(text) } catch { throw ValidationError("the key's id \(error.message)") }
    }

    /// A new key: what to do with it goes to standard error, so that the key can be taken from standard output.
    static func show(new record: APIKeyRecord, _ key: APIKeyCredential, isJSON: Bool, now: Milliseconds) throws {
        if isJSON {
            StandardStreams.write(try JSON.encode(KeyView(record, key: key, now: now)) + [10], to: .output)
        } else {
            StandardStreams.write("\(key.text)\n", to: .output)
            StandardStreams.write(
                "key \(record.id) of \(record.owner): keep it, it is not shown again\n", to: .error)
        }
    }

    static func show(_ records: [APIKeyRecord], isJSON: Bool, now: Milliseconds) throws {
        let views = records.map { KeyView($0, now: now) }
        if isJSON {
            for view in views { StandardStreams.write(try JSON.encode(view) + [10], to: .output) }
        } else {
            StandardStreams.write(views.map { $0.line(now: now) }.joined(), to: .output)
        }
    }
}
