/// What one picture of a model costs.
public enum Price: Hashable, Sendable {
    /// In millionths of the provider's currency unit.
    case micros(Int64)
    /// The operator said that it need not be known.
    case unpriced
    /// Nobody said anything: such a model is not used.
    case unknown

    public var micros: Int64? {
        if case .micros(let micros) = self { micros } else { nil }
    }
}

/// The prices that the operator set. None is compiled in: they change within months.
///
/// Written as entries `PROVIDER/MODEL=MICROS` or `PROVIDER/MODEL=unpriced`, separated by spaces or commas; the model may
/// be `*` for all models of the provider that have no entry of their own, and may itself hold slashes.
public struct PriceTable: Hashable, Sendable {
    static let maximumEntries = 1_000
    /// A million currency units for one picture is a mistake.
    static let maximumMicros: Int64 = 1_000_000_000_000

    private var prices: [String: Price] = [:]

    /// No entries: only what is free of itself has a price.
    public init() {}

    /// - Throws: ``InvalidRequest`` whose message names the entry; its field is empty.
    public init(_ text: String) throws(InvalidRequest) {
        let entries = text.split { $0 == "," || $0.isWhitespace }
        guard entries.count <= Self.maximumEntries else {
            throw InvalidRequest(field: "", message: "has more than \(Self.maximumEntries) entries")
        }
        for entry in entries {
            let shown = entry.prefix(200)
            guard let equals = entry.lastIndex(of: "="), let slash = entry.firstIndex(of: "/"), slash < equals,
                slash > entry.startIndex, entry.index(after: slash) < equals
            else {
                throw InvalidRequest(field: "", message: "has an entry that is not PROVIDER/MODEL=MICROS: \(shown)")
            }
            guard let price = Self.price(entry[entry.index(after: equals)...]) else {
                throw InvalidRequest(
                    field: "", message: "has a price that is neither whole micro-units nor 'unpriced': \(shown)")
            }
            guard prices.updateValue(price, forKey: String(entry[..<equals])) == nil else {
                throw InvalidRequest(field: "", message: "has two entries for \(entry[..<equals].prefix(200))")
            }
        }
    }

    public func price(provider: String, model: String) -> Price {
        prices["\(provider)/\(model)"] ?? prices["\(provider)/*"] ?? .unknown
    }

    private static func price(_ text: Substring) -> Price? {
        if text == "unpriced" { return .unpriced }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let micros = Int64(text),
            (0...maximumMicros).contains(micros)
        else { return nil }
        return .micros(micros)
    }
}
