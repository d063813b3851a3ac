/// What an owner may do in a month, and at once.
public struct Plan: Hashable, Sendable, Codable {
    /// Jobs at work at once; nil for any number.
    public var maxInFlight: Int?
    /// Images made in a month; nil for any number.
    public var imagesPerMonth: Int?
    /// What a month's calls may cost, in millionths of the currency unit; nil for any amount.
    public var budgetMicrosPerMonth: Int64?
    /// Whether ``maxInFlight`` is for generations alone, as when it is nil. False: for the jobs of every family.
    public var casesExempt: Bool?

    public init(
        maxInFlight: Int? = nil, imagesPerMonth: Int? = nil, budgetMicrosPerMonth: Int64? = nil,
        casesExempt: Bool? = nil
    ) {
        self.maxInFlight = maxInFlight
        self.imagesPerMonth = imagesPerMonth
        self.budgetMicrosPerMonth = budgetMicrosPerMonth
        self.casesExempt = casesExempt
    }

    /// What an owner has who was given nothing else: one generation at a time.
    public static let free = Plan(maxInFlight: 1)
    /// What the operator's own jobs have.
    public static let unlimited = Plan()

    /// Jobs of this family that may be at work at once; nil for any number.
    func inFlightLimit(of family: JobFamily) -> Int? {
        family == .generation || casesExempt == false ? maxInFlight : nil
    }

    /// Whether anything has to be reserved before a job of this family may begin.
    public func limits(_ family: JobFamily) -> Bool {
        imagesPerMonth != nil || budgetMicrosPerMonth != nil || inFlightLimit(of: family) != nil
    }

    /// - Throws: ``InvalidRequest`` naming the field that is out of range.
    public func check() throws(InvalidRequest) {
        if let maxInFlight, !(1...AccountRecord.maximumReservations).contains(maxInFlight) {
            throw InvalidRequest(
                field: "maxInFlight", message: "must be 1 to \(AccountRecord.maximumReservations)")
        }
        if let imagesPerMonth, !(0...1_000_000_000).contains(imagesPerMonth) {
            throw InvalidRequest(field: "imagesPerMonth", message: "must be 0 to 1000000000")
        }
        if let budgetMicrosPerMonth, !(0...AccountRecord.maximumMicros).contains(budgetMicrosPerMonth) {
            throw InvalidRequest(
                field: "budgetMicrosPerMonth", message: "must be 0 to \(AccountRecord.maximumMicros)")
        }
    }
}

/// The plans that there are, by name.
public struct PlanBook: Hashable, Sendable {
    public static let freeName = "free"
    public static let unlimitedName = "unlimited"
    static let maximumPlans = 1_000

    public private(set) var plans: [String: Plan]

    /// The built-in ones alone: `free` and `unlimited`.
    public init() { plans = [Self.freeName: .free, Self.unlimitedName: .unlimited] }

    /// With an operator's own, which may give `free` another meaning.
    /// - Throws: ``InvalidRequest`` naming the plan and its field.
    public init(_ own: [String: Plan]) throws(InvalidRequest) {
        self.init()
        guard own.count <= Self.maximumPlans else {
            throw InvalidRequest(field: "", message: "holds more than \(Self.maximumPlans) plans")
        }
        for (name, plan) in own {
            try PlanBook.checkName(name)
            do { try plan.check() } catch {
                throw InvalidRequest(field: "\(name).\(error.field)", message: error.message)
            }
            plans[name] = plan
        }
    }

    /// - Throws: ``InvalidRequest`` unless it is 1 to 64 of `A-Za-z0-9._-`.
    public static func checkName(_ name: String) throws(InvalidRequest) {
        guard (1...64).contains(name.utf8.count), (try? CaseID(name)) != nil else {
            throw InvalidRequest(field: "plan", message: "must be 1 to 64 of A-Z a-z 0-9 . _ -")
        }
    }

    /// Whoever was given no plan has the free one, the operator alone any number of everything. A plan that is not in
    /// the book is the free one too: a name that was mistyped must not open the purse.
    public func plan(_ name: String?, of owner: OwnerID) -> Plan {
        guard let name else { return owner == .local ? .unlimited : plans[Self.freeName] ?? .free }
        return plans[name] ?? plans[Self.freeName] ?? .free
    }
}
