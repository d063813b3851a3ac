import ArgumentParser
import DarkroomCLI
import JobModel
import Orchestration

struct RotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a key that takes another's place; the old one stays good for a while.")

    @Argument(help: "The key's id, as list shows it.") var id: String
    @Option(help: "Seconds for which the old key is good still.") var grace: Double = 86_400
    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard (0...31_536_000).contains(grace) else { throw ValidationError("--grace must be 0 to 31536000 seconds") }
    }

    func run() async throws {
        let id = try KeyWork.id(id)
        try await KeyWork.run(options) { keys, session in
            switch try await keys.rotate(id, grace: Milliseconds(grace * 1_000)) {
            case .made(let record, let key, _):
                try KeyWork.show(new: record, key, isJSON: options.json, now: session.clock.now())
            case .ended(let record):
                let state = record.state(now: session.clock.now()).rawValue
                let reason = record.replacedBy.map { "was replaced by \($0) before" } ?? "is \(state)"
                throw CommandFailure(Exit.usage, "key \(id) \(reason): make another one")
            case .unknown: throw CommandFailure(Exit.usage, "there is no key \(id)")
            }
        }
    }
}

struct RevokeKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a key at once, or every key of an owner.")

    @Argument(help: "The key's id, as list shows it; with --owner it may be left out.") var id: String?
    @Option(help: "Whose key it is; without an id, all keys of this owner.") var owner: String?
    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard id != nil || owner != nil else { throw ValidationError("name a key, or an owner with --owner") }
    }

    func run() async throws {
        let (id, owner) = (try id.map(KeyWork.id), try owner.map { try OwnerID($0, of: "--owner") })
        try await KeyWork.run(options) { keys, session in
            var revoked: [APIKeyRecord] = []
            for key in try await chosen(id, owner, keys) {
                if let record = try await keys.revoke(key) { revoked.append(record) }
            }
            try KeyWork.show(revoked, isJSON: options.json, now: session.clock.now())
        }
    }

    private func chosen(_ id: APIKeyID?, _ owner: OwnerID?, _ keys: APIKeys) async throws -> [APIKeyID] {
        guard let id else { return try await keys.list(owner: owner).map(\.id) }
        guard let record = try keys.key(id), owner == nil || record.owner == owner else {
            throw CommandFailure(Exit.usage, "there is no key \(id)\(owner.map { " of \($0)" } ?? "")")
        }
        return [id]
    }
}
