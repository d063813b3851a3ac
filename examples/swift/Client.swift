import Foundation

/// A client of Darkroom in Swift. docs/clients.md explains.
@main
struct Client {
    private static let usage = """
        client-example trigger SERVER CASE.json   asks for a case's pictures; prints its case id and job id
        client-example poll SERVER CASEID         follows the job by long polls: one line for each state
        client-example stream SERVER CASEID       follows it by server-sent events
        client-example receive WORKER CASE.json   hands the case to a worker and takes its signed webhooks

        DARKROOM_TOKEN is the API key (of receive, the worker's token); DARKROOM_WEBHOOK_SECRET (whsec_…) signs webhooks.
        Exit codes: 0 completed, 2 usage or no such job, 3 partial, 4 failed or canceled, 1 anything else.

        """

    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 3 else { end(2, usage) }
        let server = words[1].hasSuffix("/") ? String(words[1].dropLast()) : words[1]
        let api = API(token: ProcessInfo.processInfo.environment["DARKROOM_TOKEN"])
        do {
            switch words[0] {
            case "trigger": try await Following.trigger(api, server, file: words[2])
            case "poll": exit(code(try await Following.poll(api, server, words[2])))
            case "stream": exit(code(try await Following.stream(api, server, words[2])))
            case "receive": exit(code(try await Webhooks.receive(api, worker: server, file: words[2])))
            default: end(2, usage)
            }
        } catch let failure as Failure {
            end(failure.code, "client: \(failure.message)\n")
        } catch {
            end(1, "client: \(error)\n")
        }
    }

    private static func code(_ status: String?) -> Int32 {
        switch status {
        case "completed": 0
        case "partial": 3
        default: 4
        }
    }

    private static func end(_ code: Int32, _ text: String) -> Never {
        FileHandle.standardError.write(Data(text.utf8))
        exit(code)
    }
}

struct Failure: Error {
    var code: Int32 = 1
    var message: String
}

/// What a client wants to know of a job, by the names of the wire.
struct Job: Decodable {
    var caseId: String
    var jobId: String
    var status: String
    var final: Bool
    var completedImages: Int
    var totalImages: Int
    var revision: Int

    var line: String { "\(revision) \(status) \(completedImages)/\(totalImages)" }
}

/// Writes a line at once, also where nobody looks at a terminal.
func show(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

/// For people.
func note(_ text: String) { FileHandle.standardError.write(Data("client: \(text)\n".utf8)) }
