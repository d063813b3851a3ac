import ArgumentParser
import DarkroomCLI
import DarkroomHTTP
import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// That every setting can be read, and that none is mistyped. A provider's own (a model, a key) are read by the worker that
/// uses it.
struct SettingChecks {
    let settings: Settings
    let worker: String?
    let receiver: String?
    let logLevel: String?

    func run() async -> [Finding] {
        // One that several others are made of is told of once.
        var complaints: [String] = []
        for read in readings {
            do { try read() } catch {
                if !complaints.contains("\(error)") { complaints.append("\(error)") }
            }
        }
        let found =
            complaints.map { Finding.fail("settings", $0, "mend it, or take it out for the default") } + strangers
        return found.isEmpty ? [.ok("settings", "all that servers share can be read")] : found
    }

    private var readings: [() throws -> Void] {
        [
            { _ = try settings.jobPolicy(workers: worker) }, { _ = try settings.runLimits() },
            { _ = try settings.runPolicy() }, { _ = try settings.egressPolicy() }, { _ = try settings.jobPricing() },
            { _ = try settings.plans() }, { _ = try settings.interfaces() }, { _ = try settings.connectionLimits() },
            { _ = try settings.requestRates() }, { _ = try settings.trustedProxies() },
            { _ = try settings.callsAtOnce() }, { _ = try settings.maximumRuns() }, { _ = try settings.hasBreakers() },
            { _ = try settings.tracesProviders() }, { _ = try settings.connectTimeout() },
            { _ = try settings.shutdownGrace() }, { _ = try settings.alertSettings() },
            { _ = try settings.baseURL("alert-url") }, { _ = try settings.baseURL("public-url") },
            { _ = try settings.baseURL("receiver", flag: receiver) }, { _ = try settings.logLevel(flag: logLevel) },
        ] + SettingNames.providerNames.flatMap(limits(of:))
    }

    private func limits(of provider: String) -> [() throws -> Void] {
        [
            { _ = try settings.providerLimits(provider, default: ProviderLimits()) },
            { _ = try settings.unknownOutcome(provider) },
        ]
    }

    /// Variables of ours that nobody reads.
    private var strangers: [Finding] {
        Self.variables.filter { !SettingNames.variables.contains($0) }.sorted().map { name in
            let meant = Spelling.nearest(to: name, in: SettingNames.variables)
            return .warn(
                "settings", "\(name) is set and means nothing",
                meant.map { "did you mean \($0)?" } ?? "the README lists all settings")
        }
    }

    /// The names of the environment's `DARKROOM_…` variables.
    private static var variables: [String] {
        var names: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let name = String(cString: text).prefix { $0 != "=" }
            if name.hasPrefix("DARKROOM_") { names.append(String(name)) }
            entry += 1
        }
        return names
    }
}
