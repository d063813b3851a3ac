/// The last ``bound`` predictions; a value, so that the service is only this and a lock.
struct PredictionTable {
    static let bound = 10_000
    static let pageLength = 100

    private(set) var predictions: [String: Prediction] = [:]
    /// In order of creation.
    private var order: [String] = []
    private var nextNumber = 1

    /// Adds one. The oldest that is over makes room.
    ///
    /// - Returns: nil when none is over: the provider's queue is full.
    mutating func add(_ make: (Int) -> Prediction) -> Prediction? {
        if order.count >= Self.bound {
            guard let index = order.firstIndex(where: { predictions[$0]?.status.isTerminal ?? true }) else {
                return nil
            }
            predictions[order.remove(at: index)] = nil
        }
        let prediction = make(nextNumber)
        nextNumber += 1
        predictions[prediction.id] = prediction
        order.append(prediction.id)
        return prediction
    }

    subscript(id: String) -> Prediction? { predictions[id] }

    /// Changes one that is still kept.
    ///
    /// - Returns: as it is now.
    mutating func update(_ id: String, _ change: (inout Prediction) -> Void) -> Prediction? {
        guard var prediction = predictions[id] else { return nil }
        change(&prediction)
        predictions[id] = prediction
        return prediction
    }

    /// Oldest first, numbers above `after`, at most `limit`.
    func all(after: Int = 0, limit: Int = .max) -> [Prediction] {
        Array(order.lazy.compactMap { predictions[$0] }.filter { $0.number > after }.prefix(limit))
    }

    /// Newest first, as the service lists them.
    ///
    /// - Parameter before: numbers below it; nil begins with the newest.
    /// - Returns: the page, and what to ask for the next one; nil when it is the last.
    func page(before: Int?) -> (predictions: [Prediction], next: Int?) {
        let older = order.reversed().lazy.compactMap { predictions[$0] }
            .filter { !$0.isLost && $0.number < before ?? .max }
        let page = Array(older.prefix(Self.pageLength + 1))
        guard page.count > Self.pageLength else { return (page, nil) }
        return (Array(page.dropLast()), page[Self.pageLength - 1].number)
    }

    /// Forgets those that are over.
    mutating func forgetSettled() {
        order.removeAll { id in
            guard predictions[id]?.status.isTerminal ?? true else { return false }
            predictions[id] = nil
            return true
        }
    }
}
