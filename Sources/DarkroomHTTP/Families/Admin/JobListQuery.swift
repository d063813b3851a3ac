import Hummingbird
import JobModel
import Orchestration

/// Which jobs a list is asked for, and which page of it.
struct JobListQuery: Sendable {
    static let standardLimit = 50
    static let limitAtMost = 200
    private static let searchCharactersAtMost = 128

    var filter = JobFilter()
    var after: JobPlace?
    var limit = standardLimit

    /// `state` (words separated by commas), `family`, `from` and `to` (milliseconds of Unix time), `search`, `archived`,
    /// `after`, `limit`.
    init(_ request: Request) throws(InvalidRequest) {
        let query = request.uri.queryParameters
        func text(_ name: Substring) -> String? { query[name].map { String($0) } }
        if let words = text("state") { filter.statuses = try Self.statuses(words) }
        if let word = text("family") {
            guard let family = JobFamily(rawValue: word) else {
                throw Self.invalid("family", "one of: \(JobFamily.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            filter.family = family
        }
        filter.from = try Self.number(text("from"), "from")
        filter.to = try Self.number(text("to"), "to")
        if let word = text("archived") {
            guard ["0", "1"].contains(word) else { throw Self.invalid("archived", "0 or 1") }
            filter.includesArchived = word == "1"
        }
        if let words = text("search"), !words.isEmpty {
            guard words.unicodeScalars.count <= Self.searchCharactersAtMost else {
                throw Self.invalid("search", "at most \(Self.searchCharactersAtMost) characters")
            }
            filter.search = words
        }
        if let place = text("after") {
            after = JobPlace(place)
            guard after != nil else { throw Self.invalid("after", "the next of a page before") }
        }
        if let limit = try Self.number(text("limit"), "limit") {
            guard (1...Int64(Self.limitAtMost)).contains(limit) else {
                throw Self.invalid("limit", "1 to \(Self.limitAtMost)")
            }
            self.limit = Int(limit)
        }
    }

    private static func statuses(_ words: String) throws(InvalidRequest) -> Set<JobStatus> {
        var statuses: Set<JobStatus> = []
        for word in words.split(separator: ",", omittingEmptySubsequences: false) {
            guard let status = JobStatus(rawValue: String(word)) else {
                let all = JobStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw invalid("state", "of: \(all), separated by commas")
            }
            statuses.insert(status)
        }
        return statuses
    }

    private static func number(_ text: String?, _ field: String) throws(InvalidRequest) -> Int64? {
        guard let text else { return nil }
        guard let number = Int64(text), number >= 0 else { throw invalid(field, "a whole number of 0 or more") }
        return number
    }

    private static func invalid(_ field: String, _ rule: String) -> InvalidRequest {
        InvalidRequest(field: field, message: "must be \(rule)")
    }
}
