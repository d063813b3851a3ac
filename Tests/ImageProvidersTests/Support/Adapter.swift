import CurlClient
import ImageProviders
import JobModel
import Orchestration

/// The adapters that make a picture with one call.
enum Adapter: String, CaseIterable, Sendable {
    case gemini
    case imagen
    case openai

    static let key = "test-key-0123456789"
    static let model = "some-image-model"
    /// 14 November 2023, 22:13:20 GMT.
    static let now: Int64 = 1_700_000_000_000

    /// Set up as an operator would with the least that is needed.
    func provider(
        _ http: any HTTPSending, prices: String = "gemini/*=unpriced imagen/*=unpriced openai/*=unpriced"
    ) throws -> any MediaProvider {
        let prices = try PriceTable(prices)
        switch self {
        case .gemini: return try Gemini.provider(http) { $0.prices = prices }
        case .imagen: return try Imagen.provider(http) { $0.prices = prices }
        case .openai: return try OpenAI.provider(http) { $0.prices = prices }
        }
    }

    static func request(
        prompt: String = "a brass lamp", model: String? = nil, size: PixelSize = PixelSize(width: 512, height: 512)
    ) throws -> GenerationRequest {
        GenerationRequest(
            jobID: try JobID("j-1"), caseID: nil, assetID: try AssetID("lamp"), kind: .evidence, prompt: prompt,
            subject: Subject(name: "Lamp", description: "made of brass"), model: model, attempt: 1,
            timeout: .seconds(60), size: size)
    }
}

enum Gemini {
    static func configuration(
        origin: String = "https://gemini.test", model: String = Adapter.model
    ) throws -> GeminiConfiguration {
        var configuration = try GeminiConfiguration(
            origin: origin, key: ProviderKey(Adapter.key, for: "Gemini"), model: model)
        configuration.prices = try PriceTable("gemini/*=unpriced")
        return configuration
    }

    static func provider(
        _ http: any HTTPSending, _ adjust: (inout GeminiConfiguration) throws -> Void = { _ in }
    ) throws -> GeminiProvider {
        var configuration = try configuration()
        try adjust(&configuration)
        return GeminiProvider(configuration, over: http, now: { Adapter.now })
    }
}

enum Imagen {
    static func configuration(
        model: String = Adapter.model, safetyThreshold: SafetyThreshold? = nil
    ) throws -> ImagenConfiguration {
        var configuration = try ImagenConfiguration(
            origin: "https://imagen.test", key: ProviderKey(Adapter.key, for: "Imagen"), model: model,
            safetyThreshold: safetyThreshold)
        configuration.prices = try PriceTable("imagen/*=unpriced")
        return configuration
    }

    static func provider(
        _ http: any HTTPSending, safetyThreshold: SafetyThreshold? = nil,
        _ adjust: (inout ImagenConfiguration) throws -> Void = { _ in }
    ) throws -> ImagenProvider {
        var configuration = try configuration(safetyThreshold: safetyThreshold)
        try adjust(&configuration)
        return ImagenProvider(configuration, over: http, now: { Adapter.now })
    }
}

enum OpenAI {
    /// - Parameter key: nil for a server that asks for none.
    static func configuration(
        base: String = "https://openai.test/v1", key: String? = Adapter.key, model: String = Adapter.model,
        outputCompression: Int? = nil, quality: String? = nil
    ) throws -> OpenAIConfiguration {
        var configuration = try OpenAIConfiguration(
            base: base, key: key.map { try ProviderKey($0, for: "OpenAI") }, model: model,
            outputCompression: outputCompression, quality: quality)
        configuration.prices = try PriceTable("openai/*=unpriced")
        return configuration
    }

    static func provider(
        _ http: any HTTPSending, _ adjust: (inout OpenAIConfiguration) throws -> Void = { _ in }
    ) throws -> OpenAIProvider {
        var configuration = try configuration()
        try adjust(&configuration)
        // Addresses are the policy's own matter: every one is trusted here.
        var policy = DownloadPolicy(origin: configuration.base) { _ in .success(nil) }
        policy.hosts = try HostList("pictures.test")
        let download = PictureDownload(policy, key: configuration.key, over: http, now: { Adapter.now })
        return OpenAIProvider(configuration, over: http, download: download, now: { Adapter.now })
    }
}
