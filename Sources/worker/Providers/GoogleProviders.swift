import ArgumentParser
import DarkroomCLI
import ImageProviders
import Orchestration

extension ProviderFactory {
    func gemini() throws -> any MediaProvider {
        var configuration = try GeminiConfiguration(
            origin: googleOrigin(), key: googleKey(.gemini), model: model(of: .gemini))
        configuration.apiVersion = try settings.word("gemini-api-version", default: GoogleAPIVersion.v1beta)
        configuration.safetyThreshold = try word("safety-threshold", SafetyThreshold.self)
        configuration.aspectRatio = try aspectRatio()
        configuration.connectTimeout = connectTimeout
        configuration.prices = prices
        return GeminiProvider(configuration, over: http, answerRoom: answerRoom)
    }

    func imagen() throws -> any MediaProvider {
        var configuration = try ImagenConfiguration(
            origin: googleOrigin(), key: googleKey(.imagen), model: model(of: .imagen),
            safetyThreshold: word("safety-threshold", SafetyThreshold.self))
        configuration.apiVersion = try settings.word("imagen-api-version", default: GoogleAPIVersion.v1beta)
        configuration.personGeneration = try word("imagen-person-generation", PersonGeneration.self)
        configuration.aspectRatio = try aspectRatio()
        configuration.connectTimeout = connectTimeout
        configuration.prices = prices
        return ImagenProvider(configuration, over: http, answerRoom: answerRoom)
    }

    private func googleOrigin() -> String { settings.foreign("GEMINI_BASE_URL") ?? GoogleAPI.publicOrigin }

    private func googleKey(_ name: ProviderName) throws -> ProviderKey {
        guard let key = try settings.secret("GEMINI_API_KEY") ?? settings.secret("NANO_BANANA_API_KEY") else {
            throw ValidationError("the \(name.rawValue) provider needs GEMINI_API_KEY (or NANO_BANANA_API_KEY)")
        }
        return try ProviderKey(key, for: "Gemini")
    }
}
