import ArgumentParser
import DarkroomCLI
import ImageProviders
import Orchestration

extension ProviderFactory {
    func replicate() throws -> any MediaProvider {
        guard let token = try settings.secret("REPLICATE_API_TOKEN") else {
            throw ValidationError("the replicate provider needs REPLICATE_API_TOKEN")
        }
        let key = try ProviderKey(token, for: "Replicate")
        var configuration = try ReplicateConfiguration(
            origin: settings.foreign("REPLICATE_BASE_URL") ?? ReplicateConfiguration.publicOrigin, key: key,
            model: model(of: .replicate))
        configuration.input = try replicateInput()
        // A creation that is held back has no id yet: a crash in that time would leave a call that nobody can ask about.
        configuration.waitSeconds = try settings.count("replicate-wait", default: 0, in: 0...60)
        configuration.pace = try replicatePace()
        configuration.webhookURL = try settings.baseURL("replicate-webhook-url")
        configuration.connectTimeout = connectTimeout
        configuration.prices = prices
        var policy = try downloadPolicy(
            origin: configuration.origin, hosts: ReplicateConfiguration.publicFileHosts)
        policy.keyHosts = try HostList(settings.text("replicate-key-hosts") ?? "")
        return ReplicateProvider(
            configuration, over: http,
            downloads: PictureDownload(policy, key: key, over: http, answerRoom: answerRoom), answerRoom: answerRoom)
    }

    /// Where the provider calls back, or somebody reads the status, it need not be asked so often.
    private func replicatePace() throws -> ReplicateConfiguration.PollPace {
        var pace = ReplicateConfiguration.PollPace()
        guard try settings.text("replicate-poll") != nil else { return pace }
        let pause = try settings.seconds("replicate-poll", default: 2, in: 0.1...3_600)
        (pace.first, pace.longest) = (.milliseconds(pause), .milliseconds(pause))
        return pace
    }

    private func replicateInput() throws -> ReplicateInput {
        let format = try settings.text("replicate-output-format") ?? "jpg"
        return try ReplicateInput(
            promptField: settings.text("replicate-prompt-field") ?? "prompt", aspectRatio: aspectRatio(),
            outputFormat: format == "none" ? nil : format, extra: settings.text("replicate-input") ?? "{}")
    }
}
