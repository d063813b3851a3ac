/// What is known, before there is a job, of what its calls can cost.
public struct JobPricing: Hashable, Sendable {
    /// How much is set aside for a job.
    public enum Basis: String, Hashable, Sendable, CaseIterable {
        /// Every attempt that every provider of the list may be asked for, at its price: no job needs more in one epoch.
        case worst
        /// One call of the first provider for each image. A job that needs more ends with what it has.
        case estimate
    }

    /// The worker's providers in the order in which they are asked, each with its model.
    public var lanes: [CallLane]
    public var prices: PriceTable
    /// That each provider has for each image.
    public var attempts: Int
    public var basis: Basis

    /// - Parameter lanes: empty where nothing is known of what the workers ask.
    public init(
        lanes: [CallLane] = [], prices: PriceTable = PriceTable(), attempts: Int = RetryPolicy().maximumAttempts,
        basis: Basis = .worst
    ) {
        self.lanes = lanes
        self.prices = prices
        self.attempts = attempts
        self.basis = basis
    }

    /// What one epoch for these images can cost at the most. The worker is told, and starts no call beyond it: so it
    /// holds for further epochs of the same request too.
    public func bound(of assets: [AssetSpecification], options: RunOptions?) -> CostBound {
        let own = options?.maxCostMicros ?? .max
        let attempts = min(attempts, options?.maxAttempts ?? attempts)
        guard let asked = asked(options) else {
            return .unknown(
                provider: options?.providers?.first { !isKnown($0) } ?? "the workers' providers", model: nil)
        }
        var sum: Int64 = 0
        for asset in assets {
            let lanes = basis == .worst ? asked[...] : asked.prefix(1)
            for (place, lane) in lanes.enumerated() {
                let named = place == 0 && options?.isFallback != true ? asset.model : nil
                let model = named ?? lane.model
                guard let price = price(lane.provider, model) else {
                    return .unknown(provider: lane.provider, model: model)
                }
                let calls = basis == .worst ? Int64(attempts) : 1
                sum = min(AccountRecord.maximumMicros, sum + price * calls)
            }
        }
        return .micros(min(sum, own))
    }

    private func price(_ provider: String, _ model: String) -> Int64? {
        provider == Self.freeProvider ? 0 : prices.price(provider: provider, model: model).micros
    }

    /// Draws by itself and asks nobody.
    static let freeProvider = "local"

    private func isKnown(_ provider: String) -> Bool {
        provider == Self.freeProvider || lanes.contains { $0.provider == provider }
    }

    /// Nil if it is not known of one of them which model it is asked for.
    private func asked(_ options: RunOptions?) -> [CallLane]? {
        guard let names = options?.providers else { return lanes.isEmpty ? nil : lanes }
        var asked: [CallLane] = []
        for name in names {
            if let lane = lanes.first(where: { $0.provider == name }) {
                asked.append(lane)
            } else if name == Self.freeProvider {
                asked.append(CallLane(provider: name, model: name))
            } else {
                return nil
            }
        }
        return asked
    }
}
