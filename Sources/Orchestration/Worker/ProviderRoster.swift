import JobModel

/// One provider as a worker uses it.
public struct RosterEntry: Sendable {
    public var provider: any MediaProvider
    public var limits: ProviderLimits
    /// For calls that were sent and whose end the provider cannot be asked about.
    public var unknownOutcome: UnknownOutcomePolicy

    public init(
        _ provider: any MediaProvider, limits: ProviderLimits = ProviderLimits(),
        unknownOutcome: UnknownOutcomePolicy = .retry
    ) {
        self.provider = provider
        self.limits = limits
        self.unknownOutcome = unknownOutcome
    }
}

/// The providers of a worker in the order in which they are asked, each under its own name.
public struct ProviderRoster: Sendable {
    /// What a job gets that names none; at least one. Names are unique over both lists.
    public let entries: [RosterEntry]
    /// To be had by name only.
    public let standby: [RosterEntry]

    public init(_ entries: [RosterEntry], standby: [RosterEntry] = []) {
        precondition(!entries.isEmpty, "a worker has a provider")
        self.entries = entries
        self.standby = standby
    }

    private func entry(_ name: String) -> RosterEntry? {
        (entries + standby).first { $0.provider.name == name }
    }

    func provider(named name: String) -> (any MediaProvider)? { entry(name)?.provider }

    func limits(of name: String) -> ProviderLimits { entry(name)?.limits ?? ProviderLimits() }

    /// What a run with these assets has to know of the providers that it may ask.
    ///
    /// - Parameters:
    ///   - names: in this order; nil for the worker's own.
    ///   - models: asked for by name, for each asset: the first provider's.
    /// - Throws: for a name that is not on the roster, and for a model without a price.
    func terms(_ names: [String]?, models: [String?]) throws(InvalidRequest) -> [ProviderTerms] {
        var terms: [ProviderTerms] = []
        for name in names ?? entries.map(\.provider.name) {
            guard let entry = entry(name) else {
                let known = (entries + standby).map(\.provider.name).joined(separator: ", ")
                throw InvalidRequest(
                    field: "options.providers", message: "names \(name.prefix(64)); this worker has: \(known)")
            }
            terms.append(try ProviderRoster.terms(of: entry, terms.isEmpty ? models : []))
        }
        guard !terms.isEmpty else {
            throw InvalidRequest(field: "options.providers", message: "must name at least one")
        }
        return terms
    }

    private static func terms(
        of entry: RosterEntry, _ models: [String?]
    ) throws(InvalidRequest) -> ProviderTerms {
        let provider = entry.provider
        var prices: [String: Int64] = [:]
        prices[provider.model] = provider.price(ofModel: provider.model).micros
        for (index, model) in models.enumerated() {
            guard let model else { continue }
            switch provider.price(ofModel: model) {
            case .micros(let micros): prices[model] = micros
            case .unpriced: break
            case .unknown:
                throw InvalidRequest(
                    field: "assets[\(index)].model",
                    message: "\(model.prefix(100)) has no price at \(provider.name); the operator must set one")
            }
        }
        return ProviderTerms(
            name: provider.name, model: provider.model, unknownOutcome: entry.unknownOutcome, prices: prices)
    }
}
