import JSONCoding

/// A case's job as the receiver shows it.
struct JobReader: Sendable {
    let server: String
    let caseID: String
    var headers: [String: String] = [:]

    var url: String { "\(server)/api/cases/\(caseID)/image-job" }

    func now(_ query: String = "") async throws -> JSONValue { try await HTTP.get(url + query, headers: headers).json }

    /// The job as soon as it is final.
    func final() async throws -> JSONValue {
        try await when("the job of \(caseID) to be final") { $0["final"]?.boolValue == true }
    }

    /// The job as soon as it is as wanted: the receiver is asked to answer when there is news.
    func when(
        _ what: String, within limit: Duration = Limits.wait, _ isWanted: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var revision: Int64 = 0
        while clock.now < end {
            let job = try await now("?wait=20&after=\(revision)")
            if isWanted(job) { return job }
            revision = job["revision"]?.intValue ?? revision
        }
        throw TimedOut(what: what, limit: limit)
    }

    /// The bytes of every picture that the job names, by asset.
    func pictures(of job: JSONValue) async throws -> [String: [UInt8]] {
        var pictures: [String: [UInt8]] = [:]
        for id in job.pictureLinks.keys {
            let reply = try await HTTP.get("\(server)/api/cases/\(caseID)/images/\(id)", headers: headers)
            if reply.status == 200 { pictures[id] = reply.body }
        }
        return pictures
    }
}

extension JSONValue {
    /// Text of a field; empty if there is none.
    func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

    /// A whole number; -1 if there is none.
    func number(_ key: String) -> Int64 { self[key]?.intValue ?? -1 }

    /// A list of texts.
    func texts(_ key: String) -> [String] { self[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// `completed 14/14`.
    var outcome: String { "\(text("status")) \(number("completedImages"))/\(number("totalImages"))" }

    /// Evidence and locations together, by asset.
    var pictureLinks: [String: String] {
        let lists = [self["evidenceImages"], self["locationImages"]].compactMap { $0?.objectValue }
        return lists.reduce(into: [:]) { all, list in
            for (id, link) in list { all[id] = link.stringValue ?? "" }
        }
    }

    /// The last part of a link to a picture.
    static func hash(in link: String) -> String { link.split(separator: "/").last.map(String.init) ?? "" }
}
