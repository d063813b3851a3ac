import ArgumentParser
import DarkroomCLI
import JobModel
import Orchestration

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the images of a case that were not made; those that were are kept.",
        discussion: "Exits 0 when a worker has the new epoch, 5 when it is recorded but no worker was reached.")

    @Argument(help: "The case id.") var caseID: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let caseID = try Session.caseID(caseID)
        try await Session.runTriggering(options) { session, jobs in
            let reply: JobReply
            do throws(InvalidRequest) {
                reply = try await jobs.retry(JobService.CaseKey(caseID))
            } catch {
                throw CommandFailure(.failure, "\(error.field) \(error.message)")
            }
            try await CreationReport(session: session, jobs: jobs, isJSON: options.json).finish(reply)
        }
    }
}
