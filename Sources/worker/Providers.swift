import ArgumentParser
import CurlClient
import DarkroomCLI
import ImageProcessing
import ImageProviders
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// The provider adapters by their names on the command line.
enum Providers {
    static func make(
        name: String?, model: String?, _ settings: Settings, _ http: any HTTPSending, _ images: VipsImageProcessor
    ) throws -> any MediaProvider {
        switch try settings.text("provider", flag: name) ?? "local" {
        case "local": return LocalRenderer(rasterizer: images)
        case "gemini": return try gemini(model, settings, http)
        case let other: throw ValidationError("--provider must be local or gemini, not \(other.prefix(40))")
        }
    }

    private static func gemini(
        _ model: String?, _ settings: Settings, _ http: any HTTPSending
    ) throws -> any MediaProvider {
        guard let key = try settings.secret("GEMINI_API_KEY") ?? settings.secret("NANO_BANANA_API_KEY") else {
            throw ValidationError("the gemini provider needs GEMINI_API_KEY")
        }
        guard let model = try settings.text("gemini-model", flag: model) else {
            throw ValidationError("the gemini provider needs --gemini-model (or DARKROOM_GEMINI_MODEL)")
        }
        do {
            var configuration = try GeminiConfiguration(
                origin: settings.foreign("GEMINI_BASE_URL") ?? GeminiConfiguration.publicOrigin, key: GeminiKey(key),
                model: model)
            configuration.apiVersion = try settings.word(
                "gemini-api-version", default: GeminiConfiguration.APIVersion.v1beta)
            configuration.connectTimeout = .milliseconds(
                try settings.seconds("connect-timeout", default: 10, in: 0.01...300))
            configuration.priceMicros = try price(settings)
            return GeminiProvider(
                configuration, over: http,
                answerRoom: AnswerRoom(places: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 2))
        } catch let error as GeminiConfigurationError {
            throw ValidationError(error.message)
        }
    }

    /// Of one picture, in millionths of the currency unit; nil if none is set.
    private static func price(_ settings: Settings) throws -> Int64? {
        guard let text = try settings.text("gemini-price-micros") else { return nil }
        guard let micros = Int64(text), micros >= 0 else {
            throw ValidationError("DARKROOM_GEMINI_PRICE_MICROS must be a whole number, 0 or more")
        }
        return micros
    }
}
