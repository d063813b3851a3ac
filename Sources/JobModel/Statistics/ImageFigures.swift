/// What the images of one kind came to in one job, as far as one provider had to do with them.
public struct ImageFigures: Hashable, Sendable {
    /// Nil where nobody knows it any more.
    public var kind: AssetKind?
    /// Who made them, or was asked last; nil if nobody is known.
    public var provider: String?
    public var made: Int
    /// Neither made nor canceled.
    public var failed: Int
    public var canceled: Int
    /// What all their calls have cost, in millionths of the currency unit, those of other providers that were asked before
    /// among them: which provider got what of it is not kept. And what may have been billed besides.
    public var micros: Int64
    public var possibleMicros: Int64

    public init(
        kind: AssetKind?, provider: String?, made: Int = 0, failed: Int = 0, canceled: Int = 0, micros: Int64 = 0,
        possibleMicros: Int64 = 0
    ) {
        self.kind = kind
        self.provider = provider
        self.made = made
        self.failed = failed
        self.canceled = canceled
        self.micros = micros
        self.possibleMicros = possibleMicros
    }
}

extension JobRecord {
    /// In the order of kinds and providers, each pair once. Of a job that was let go of, what was kept of it.
    public var imageFigures: [ImageFigures] {
        guard let forgotten else { return Self.figures(of: assets) }
        return forgotten.figures ?? [
            ImageFigures(
                kind: nil, provider: nil, made: forgotten.completedImages,
                failed: forgotten.totalImages - forgotten.completedImages, micros: forgotten.cost.micros,
                possibleMicros: forgotten.cost.possibleMicros)
        ]
    }

    private static func figures(of assets: [JobAsset]) -> [ImageFigures] {
        struct Group: Hashable {
            let kind: AssetKind
            let provider: String?
            var order: [String] { [kind.description, provider ?? ""] }
        }
        var groups: [Group: ImageFigures] = [:]
        for asset in assets {
            let group = Group(kind: asset.kind, provider: asset.source?.provider ?? asset.provider)
            groups[group, default: ImageFigures(kind: group.kind, provider: group.provider)].add(asset)
        }
        return groups.sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }.map(\.value)
    }
}

extension ImageFigures {
    fileprivate mutating func add(_ asset: JobAsset) {
        switch asset.status {
        case .generated: made += 1
        case .canceled: canceled += 1
        case .queued, .generating, .retrying, .needsPromptUpdate, .held, .failed: failed += 1
        }
        let cost = asset.totalCost
        micros += cost.micros
        possibleMicros += cost.possibleMicros
    }
}

/// What is nothing is left out: it is kept for long, of every job.
extension ImageFigures: Codable {
    private enum Key: String, CodingKey {
        case kind
        case provider
        case made
        case failed
        case canceled
        case micros
        case possibleMicros
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func number<Number: FixedWidthInteger & Decodable>(_ key: Key) throws -> Number {
            try values.decodeIfPresent(Number.self, forKey: key) ?? 0
        }
        self.init(
            kind: try values.decodeIfPresent(AssetKind.self, forKey: .kind),
            provider: try values.decodeIfPresent(String.self, forKey: .provider), made: try number(.made),
            failed: try number(.failed), canceled: try number(.canceled), micros: try number(.micros),
            possibleMicros: try number(.possibleMicros))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(kind, forKey: .kind)
        try values.encodeIfPresent(provider, forKey: .provider)
        for (key, count) in [(Key.made, made), (.failed, failed), (.canceled, canceled)] where count != 0 {
            try values.encode(count, forKey: key)
        }
        for (key, amount) in [(Key.micros, micros), (.possibleMicros, possibleMicros)] where amount != 0 {
            try values.encode(amount, forKey: key)
        }
    }
}
