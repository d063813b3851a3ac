import ArgumentParser
import DarkroomCLI
import JobModel
import Orchestration

/// Whose job is meant.
struct OwnerOption: ParsableArguments {
    @Option(help: "Whose job it is; \"local\" is the operator. (default: local)") var owner: String?

    func id() throws -> OwnerID {
        try owner.map { try OwnerID($0, of: "--owner") } ?? .local
    }
}

extension OwnerID {
    /// - Parameter place: where it stands on the command line, in the words of whoever has to mend it.
    /// - Throws: `ValidationError` naming the place.
    init(_ text: String, of place: String) throws {
        do { try self.init(text) } catch { throw ValidationError("\(place) \(error.message)") }
    }
}

/// The job that a command is about.
struct JobOption: ParsableArguments {
    @Argument(
        help: "The case's id; of other jobs the job's own id.",
        completion: .custom { words, _, prefix in await CaseNames.complete(words, prefix) })
    var caseID: String
    @OptionGroup var owner: OwnerOption

    func key() throws -> JobService.CaseKey { try Self.key(caseID, owner) }

    static func key(_ caseID: String, _ owner: OwnerOption) throws -> JobService.CaseKey {
        do {
            return JobService.CaseKey(try CaseID(caseID), owner: try owner.id())
        } catch let error as InvalidIdentifier {
            throw ValidationError("the case id \(error.message)")
        }
    }
}

/// What a command says of a job that is not there, or does not do what was asked of it.
enum JobRefusal {
    static func unknown(_ key: JobService.CaseKey) -> CommandFailure {
        let owner = key.owner == .local ? "" : " of owner \(key.owner)"
        let list = key.owner == .local ? "" : " --owner \(key.owner)"
        return CommandFailure(
            Exit.usage,
            "there is no job for case \(key.caseID)\(owner): `initiator list\(list)` shows those that there are")
    }

    static func forgotten(_ job: JobRecord) -> CommandFailure {
        CommandFailure(Exit.usage, "job \(job.jobID) was removed after its time; create the case anew")
    }

    static func conflict(_ code: String, _ message: String, _ key: JobService.CaseKey) -> CommandFailure {
        CommandFailure(Exit.usage, message + (advice(code, key).map { "; \($0)" } ?? ""))
    }

    /// By the stable code of the conflict.
    private static func advice(_ code: String, _ key: JobService.CaseKey) -> String? {
        let job = key.owner == .local ? "\(key.caseID)" : "\(key.caseID) --owner \(key.owner)"
        switch code {
        case "case_running", "job_running":
            return "`initiator watch \(job)` waits for it, `initiator cancel \(job)` ends it before its time"
        case "job_ended": return "`initiator status \(job)` shows what became of it"
        case "asset_generated", "nothing_to_retry": return "`initiator sheet \(job)` writes the pictures"
        default: return nil
        }
    }
}
