import ArgumentParser
import CurlClient
import DarkroomCLI
import ImageProcessing
import ImageProviders
import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// The provider adapters by their names in the settings.
enum ProviderName: String, CaseIterable, Hashable {
    case local
    case gemini
    case imagen
    case replicate
    case openai
}

enum Providers {
    /// The providers of this process, in order: the first makes the pictures, the others are its fallbacks.
    ///
    /// - Parameters:
    ///   - names: the flag `--provider`: names separated by commas; nil asks the settings, and then takes `local`.
    ///   - models: flags that name a provider's model.
    ///   - http: goes to what the operator configured and, for pictures, to where the egress policy lets it.
    /// - Returns: at least one.
    /// - Throws: `ValidationError` naming the setting, for whatever is missing or cannot be.
    static func all(
        _ names: String?, models: [ProviderName: String], _ settings: Settings, _ http: any HTTPSending,
        _ images: VipsImageProcessor
    ) throws -> [any MediaProvider] {
        let factory = try ProviderFactory(settings, models: models, http: http, images: images)
        return try self.names(settings.text("provider", flag: names) ?? "local").map(factory.provider)
    }

    private static func names(_ text: String) throws -> [ProviderName] {
        var names: [ProviderName] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = word.split(separator: " ").joined(separator: " ")
            guard let name = ProviderName(rawValue: word) else {
                let all = ProviderName.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--provider must be a list of \(all), not \(word.prefix(40))")
            }
            guard !names.contains(name) else { throw ValidationError("--provider names \(word) twice") }
            names.append(name)
        }
        return names
    }

    /// The same with what each may be asked to bear; the local renderer can always be asked for by name.
    static func roster(
        _ names: String?, models: [ProviderName: String], _ settings: Settings, _ http: any HTTPSending,
        _ images: VipsImageProcessor
    ) throws -> ProviderRoster {
        let chain = try all(names, models: models, settings, http, images).map { try entry($0, settings) }
        let hasLocal = chain.contains { $0.provider.name == ProviderName.local.rawValue }
        let standby = hasLocal ? [] : [try entry(LocalRenderer(rasterizer: images), settings)]
        return ProviderRoster(chain, standby: standby)
    }

    private static func entry(_ provider: any MediaProvider, _ settings: Settings) throws -> RosterEntry {
        let isLocal = provider.name == ProviderName.local.rawValue
        return RosterEntry(
            provider,
            limits: try settings.providerLimits(
                provider.name, default: isLocal ? localLimits : ProviderLimits(calls: 60)),
            unknownOutcome: try settings.unknownOutcome(provider.name))
    }

    /// Drawing takes a core; what waits for one waits better without a deadline running.
    private static let localLimits = ProviderLimits(
        concurrency: 4 * max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
}
