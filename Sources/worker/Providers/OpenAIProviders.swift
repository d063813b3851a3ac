import ArgumentParser
import DarkroomCLI
import ImageProviders
import JobModel
import Orchestration

extension ProviderFactory {
    func openai() throws -> any MediaProvider {
        let base = settings.foreign("OPENAI_BASE_URL")
        let key = try settings.secret("OPENAI_API_KEY").map { text throws(ProviderConfigurationError) in
            try ProviderKey(text, for: "OpenAI")
        }
        // Servers of one's own need none.
        guard base != nil || key != nil else {
            throw ValidationError("the openai provider needs OPENAI_API_KEY, or OPENAI_BASE_URL for another server")
        }
        var configuration = try OpenAIConfiguration(
            base: base ?? OpenAIConfiguration.publicBase, key: key, model: model(of: .openai),
            outputCompression: openAICompression(), quality: settings.text("openai-quality"))
        configuration.size = try openAISize()
        configuration.responseFormat = try settings.word("openai-response-format", default: .none)
        configuration.outputFormat = try settings.word("openai-output-format", default: .jpeg)
        configuration.connectTimeout = connectTimeout
        configuration.prices = prices
        let policy = try downloadPolicy(origin: configuration.base)
        return OpenAIProvider(
            configuration, over: http,
            download: PictureDownload(policy, key: key, over: http, answerRoom: answerRoom), answerRoom: answerRoom)
    }

    private func openAICompression() throws -> Int? {
        guard try settings.text("openai-output-compression") != nil else { return nil }
        return try settings.count("openai-output-compression", default: 100, in: 0...100)
    }

    private func openAISize() throws -> OpenAIConfiguration.Size {
        switch try settings.text("openai-size") {
        case nil, "nearest": return .classic
        case "auto": return .auto
        case .some(let text):
            let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1], (1...8_192).contains(width),
                (1...8_192).contains(height)
            else {
                throw ValidationError("DARKROOM_OPENAI_SIZE must be nearest, auto or a size such as 1024x1024")
            }
            return .fixed(PixelSize(width: width, height: height))
        }
    }
}
