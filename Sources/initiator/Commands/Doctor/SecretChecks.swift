import ArgumentParser
import DarkroomCLI
import DarkroomHTTP
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// That secrets are there where they are needed, and in their form. None is ever shown.
struct SecretChecks {
    let settings: Settings
    let listen: String?

    private static let shortest = 16
    private static let tokenAdvice = "make one with: openssl rand -hex 32"

    func run() async -> [Finding] {
        [
            webhookSecret, token("DARKROOM_WORKER_TOKEN", "workers take work from whoever reaches them"),
            token("DARKROOM_READ_TOKEN", "without it and without API keys `serve` is open to this machine"),
        ] + files + providers
    }

    private var webhookSecret: Finding {
        let name = "DARKROOM_WEBHOOK_SECRET"
        do {
            guard try settings.webhookSecrets() == nil else { return .ok("secrets", "\(name) is set and well formed") }
            return missing(name, "webhooks are neither signed nor checked", Settings.secretAdvice)
        } catch {
            return .fail("secrets", "\(error)", "the same goes to worker, receiver and serve")
        }
    }

    private func token(_ name: String, _ meaning: String) -> Finding {
        do {
            guard let text = try settings.secret(name) else { return missing(name, meaning, Self.tokenAdvice) }
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                return .fail("secrets", "\(name) has spaces or letters that no header carries", Self.tokenAdvice)
            }
            guard text.utf8.count >= Self.shortest else {
                return .warn("secrets", "\(name) is short enough to be guessed", Self.tokenAdvice)
            }
            return .ok("secrets", "\(name) is set")
        } catch {
            return .fail("secrets", "\(error)", "name a file that this user can read")
        }
    }

    /// Beyond this machine nothing starts without it.
    private func missing(_ name: String, _ meaning: String, _ advice: String) -> Finding {
        guard isOpen else {
            return .warn("secrets", "\(name) is not set, \(meaning)", "needed beyond this machine; \(advice)")
        }
        return .fail("secrets", "\(name) is not set, and the address is open to other machines", advice)
    }

    private var isOpen: Bool {
        guard let text = try? settings.text("listen", flag: listen), let address = ListenAddress(text) else {
            return false
        }
        return !address.isLoopback
    }

    /// Files with secrets that others on this machine may read, or write. A group may read: that of the service's user, as
    /// the packages install them.
    private var files: [Finding] {
        let names = SettingNames.variables.filter { $0.hasSuffix("_FILE") } + Self.providerKeys.map { $0 + "_FILE" }
        return names.sorted().compactMap { name in
            guard let path = settings.foreign(name) else { return nil }
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & 0o027 != 0 else { return nil }
            return .warn("secrets", "\(path) (\(name)) is open to others", "chmod g-w,o= it")
        }
    }

    private static let providerKeys = [
        "GEMINI_API_KEY", "NANO_BANANA_API_KEY", "REPLICATE_API_TOKEN", "OPENAI_API_KEY",
    ]

    /// Keys of the providers that the settings name: a worker with these settings would not start without them.
    private var providers: [Finding] {
        let names =
            ((try? settings.text("provider")) ?? nil)?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        return names.compactMap { name in
            let needed: [String]
            switch name {
            case "gemini", "imagen": needed = ["GEMINI_API_KEY", "NANO_BANANA_API_KEY"]
            case "replicate": needed = ["REPLICATE_API_TOKEN"]
            case "openai" where settings.foreign("OPENAI_BASE_URL") == nil: needed = ["OPENAI_API_KEY"]
            case "local", "openai": return nil
            default:
                return .fail(
                    "providers", "DARKROOM_PROVIDER names \(name)", "local, gemini, imagen, replicate, openai exist")
            }
            if needed.contains(where: { ((try? settings.secret($0)) ?? nil) != nil }) {
                return .ok("providers", "\(name) has its key")
            }
            return .fail("providers", "\(name) has no key", "set \(needed.joined(separator: " or ")) for the worker")
        }
    }
}
