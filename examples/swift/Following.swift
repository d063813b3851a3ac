import Crypto
import Foundation

/// Asking for a job, and following it.
enum Following {
    static func trigger(_ api: API, _ server: String, file: String) async throws {
        let body = try Data(contentsOf: URL(fileURLWithPath: file))
        // The key makes it safe to ask again when no answer came: it is the same job.
        let hash = SHA256.hash(data: body).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let request = try api.post(
            "\(server)/api/generate-case", body, headers: ["Idempotency-Key": "example-\(hash.joined())"])
        let job = try await api.document(Job.self, from: request)
        show("\(job.caseId) \(job.jobId)")
    }

    /// - Returns: the status of the final job.
    static func poll(_ api: API, _ server: String, _ caseID: String) async throws -> String {
        var revision = 0
        while true {
            let url = "\(server)/api/cases/\(caseID)/image-job?wait=30&after=\(revision)"
            let job: Job
            do { job = try await api.document(Job.self, from: try api.get(url, seconds: 75)) } catch let error
                as URLError
            {
                note("\(error.localizedDescription); asking again")
                continue
            }
            if job.revision == revision { continue }
            revision = job.revision
            show(job.line)
            if job.final { return job.status }
        }
    }

    /// - Returns: the status of the final job; nil if that was told before.
    static func stream(_ api: API, _ server: String, _ caseID: String) async throws -> String? {
        var (place, status): (String?, String?) = (nil, nil)
        while true {
            // A stream says something at least every 20 s.
            let headers = place.map { ["Last-Event-ID": $0] } ?? [:]
            let request = try api.get("\(server)/api/cases/\(caseID)/events", seconds: 40, headers: headers)
            let answer = try await api.open(request)
            if answer.status == 204 { return status }
            var reader = EventReader()
            do {
                for try await part in answer.body {
                    for event in reader.take(part) {
                        place = event.id ?? place
                        if event.name == "end" { return try end(event, status) }
                        guard event.name == "job" else { continue }
                        let job = try JSONDecoder().decode(Job.self, from: Data(event.data.utf8))
                        status = job.status
                        show(job.line)
                    }
                }
            } catch let error as URLError {
                note("\(error.localizedDescription); connecting again")
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    private struct End: Decodable { var reason: String }

    private static func end(_ event: EventReader.Event, _ status: String?) throws -> String? {
        let end = try JSONDecoder().decode(End.self, from: Data(event.data.utf8))
        if end.reason == "deleted" { throw Failure(code: 2, message: "the job was deleted") }
        return status
    }
}

/// Server-sent events out of the bytes of one connection.
struct EventReader {
    struct Event {
        var id: String?
        var name = "message"
        var data = ""
    }

    private var rest: [UInt8] = []
    private var event = Event()
    private var hasData = false

    mutating func take(_ bytes: Data) -> [Event] {
        rest += bytes
        var events: [Event] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeFirst(end + 1)
            if let event = take(line: line) { events.append(event) }
        }
        return events
    }

    /// - Returns: an event that the line ends.
    private mutating func take(line: String) -> Event? {
        guard !line.isEmpty else {
            defer { (event, hasData) = (Event(id: event.id), false) }
            return hasData ? event : nil
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count < 2 ? "" : String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1])
        switch parts[0] {
        case "id": event.id = value
        case "event": event.name = value
        case "data":
            event.data += hasData ? "\n\(value)" : value
            hasData = true
        default: break
        }
        return nil
    }
}
