import ArgumentParser
import CurlClient
import DarkroomCLI
import HTTPChannels
import ImageProcessing
import ImageProviders
import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Builds providers from the settings. What all of them share is read once.
struct ProviderFactory {
    let settings: Settings
    let http: any HTTPSending
    let answerRoom: AnswerRoom
    let prices: PriceTable
    let connectTimeout: Duration
    private let models: [ProviderName: String]
    private let images: VipsImageProcessor

    init(
        _ settings: Settings, models: [ProviderName: String], http: any HTTPSending, images: VipsImageProcessor
    ) throws {
        self.settings = settings
        self.models = models
        self.http = http
        self.images = images
        // A core works on one picture at a time; two more places keep it fed while answers come in.
        answerRoom = AnswerRoom(places: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 2)
        connectTimeout = .milliseconds(try settings.connectTimeout())
        let table = try settings.text("prices") ?? ""
        do throws(InvalidRequest) {
            prices = try PriceTable(table)
        } catch {
            throw ValidationError("DARKROOM_PRICES \(error.message)")
        }
    }

    func provider(_ name: ProviderName) throws -> any MediaProvider {
        do {
            let provider: any MediaProvider =
                switch name {
                case .local: LocalRenderer(rasterizer: images)
                case .gemini: try gemini()
                case .imagen: try imagen()
                case .replicate: try replicate()
                case .openai: try openai()
                }
            try requirePrice(provider)
            return provider
        } catch let error as ProviderConfigurationError {
            throw ValidationError(error.message)
        }
    }

    private func requirePrice(_ provider: any MediaProvider) throws {
        guard provider.price(ofModel: provider.model) == .unknown else { return }
        let entry = "\(provider.name)/\(provider.model)"
        throw ValidationError(
            "DARKROOM_PRICES has no price for \(entry): add \(entry)=MICROS, in millionths of the currency unit for "
                + "one picture, or \(entry)=unpriced if it need not be known")
    }

    func model(of name: ProviderName) throws -> String {
        let setting = "\(name.rawValue)-model"
        guard let model = try settings.text(setting, flag: models[name]) else {
            let variable = "DARKROOM_\(name.rawValue.uppercased())_MODEL"
            throw ValidationError("the \(name.rawValue) provider needs \(variable): no model is assumed")
        }
        return model
    }

    func aspectRatio() throws -> AspectRatio {
        try settings.text("aspect-ratio").map { text throws(ProviderConfigurationError) in try AspectRatio(text) }
            ?? .square
    }

    /// Nil if it is not set: the provider's own default is not ours to know.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) throws -> Word?
    where Word.RawValue == String {
        guard try settings.text(name) != nil, let any = Word.allCases.first else { return nil }
        return try settings.word(name, default: any)
    }
}
