import JobModel

/// A page of those cards that fit a filter, the newest first, each job once: one that was put away may still stand in its
/// case's place.
struct JobSelection: Sendable {
    private(set) var cards: [JobCard] = []
    /// To go on behind; nil if there are no more.
    private(set) var next: JobPlace?
    /// How many fit, on all pages.
    private(set) var total = 0

    /// Of each job there are two cards at the most.
    private let room: Int
    /// Those at it and before it cannot come into the page any more.
    private var floor: JobPlace?

    init(of all: some Sequence<JobCard>, fitting filter: JobFilter, after: JobPlace?, limit: Int) {
        room = 2 * (limit + 1)
        let search = filter.search?.lowercased()
        // Twice there are only those that were put away.
        var places: Set<JobPlace> = []
        for card in all where filter.fits(card, search: search) {
            if !filter.includesArchived || places.insert(card.place).inserted { total += 1 }
            if let after, card.place >= after { continue }
            add(card)
        }
        cut()
        var page: [JobCard] = []
        for card in cards where card.place != page.last?.place { page.append(card) }
        next = page.count > limit ? page.prefix(limit).last?.place : nil
        cards = Array(page.prefix(limit))
    }

    private mutating func add(_ card: JobCard) {
        if let floor, card.place < floor { return }
        cards.append(card)
        if cards.count >= 4 * room { cut() }
    }

    private mutating func cut() {
        cards.sort { one, other in
            one.place == other.place ? !one.isArchived && other.isArchived : one.place > other.place
        }
        guard cards.count > room else { return }
        cards.removeSubrange(room...)
        floor = cards.last?.place
    }
}

extension JobFilter {
    /// - Parameter search: in lower case.
    fileprivate func fits(_ job: JobCard, search: String?) -> Bool {
        if let owner, job.owner != owner { return false }
        if let family, job.family != family { return false }
        if let statuses, !statuses.contains(job.status) { return false }
        if let from, job.place.createdAt < from { return false }
        if let to, job.place.createdAt > to { return false }
        if job.isArchived, !includesArchived { return false }
        guard let search else { return true }
        return job.caseID.text.lowercased().contains(search) || job.place.jobID.text.lowercased().contains(search)
    }
}
