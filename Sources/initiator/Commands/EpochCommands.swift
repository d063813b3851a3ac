import ArgumentParser
import DarkroomCLI
import JobModel
import Orchestration

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the images of a case that were not made; those that were are kept.",
        discussion: "Exits 0 when a worker has the new epoch, 5 when it is recorded but no worker was reached.")

    @OptionGroup var job: JobOption
    @Argument(help: "Only these images. (default: all that were not made)") var assets: [String] = []
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let (key, assets) = (try job.key(), try AssetNames.read(assets))
        try await EpochCommand.run(key, options) { try await $0.retry(key, assets: assets) }
    }
}

struct Fallback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let another provider make the images of a case that were not made, and say so on them.",
        discussion: """
            The local renderer draws a placard from the case's own words: deterministic, free, and marked as a fallback \
            wherever it is shown. Exits 0 when a worker has the new epoch, 5 when it is recorded but no worker was reached.
            """)

    @OptionGroup var job: JobOption
    @Argument(help: "Only these images. (default: all that were not made)") var assets: [String] = []
    @Option(help: "One of the worker's providers.") var provider = "local"
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let (key, assets) = (try job.key(), try AssetNames.read(assets))
        try await EpochCommand.run(key, options) { try await $0.fallBack(key, to: provider, assets: assets) }
    }
}

struct EditPrompt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give one image of a case other words, or another model, and make it again; all others are kept.",
        discussion: """
            The job must have ended, and the image must not have been made. Exits 0 when a worker has the new epoch, 5 \
            when it is recorded but no worker was reached.
            """)

    @OptionGroup var job: JobOption
    @Argument(help: "The image's id.") var asset: String
    @Argument(help: "The whole text for the provider, in place of the one it had.") var words: String?
    @Option(help: "The model to ask for; an empty one leaves it to the provider.") var model: String?
    @OptionGroup var options: StoreOptions

    func validate() throws {
        if words == nil, model == nil {
            throw ValidationError("say what is to change: the new words behind the image's id, or --model")
        }
    }

    func run() async throws {
        let (key, asset) = (try job.key(), try AssetNames.one(asset))
        try await EpochCommand.run(key, options) {
            try await $0.edit(key, asset: asset, prompt: words, model: model)
        }
    }
}

/// A command that opens a further epoch of a job, and tells what became of it.
enum EpochCommand {
    static func run(
        _ key: JobService.CaseKey, _ options: StoreOptions, _ ask: (JobService) async throws -> JobReply
    ) async throws {
        try await Session.runTriggering(options) { session, jobs in
            let reply: JobReply
            do { reply = try await ask(jobs) } catch let error as InvalidRequest {
                throw CommandFailure(Exit.usage, "\(error.field) \(error.message)")
            }
            try await CreationReport(session: session, jobs: jobs, key: key, isJSON: options.json).finish(reply)
        }
    }
}

/// Image ids from the command line.
enum AssetNames {
    /// Nil where none is given.
    static func read(_ texts: [String]) throws -> [AssetID]? {
        texts.isEmpty ? nil : try texts.map { try one($0) }
    }

    static func one(_ text: String) throws -> AssetID {
        do { return try AssetID(text) } catch { throw ValidationError("the image id \(error.message)") }
    }
}
