/// The fields by which our own control side numbers its work, and what a caller asks of its own run.
extension RequestRules {
    /// The rules for the fields around the assets.
    public static func check(
        _ handOut: HandOutFields, of specification: JobSpecification
    ) throws(InvalidRequest) {
        try check(handOut, assets: specification.assets.count)
        let ids = Set(specification.assets.map(\.id))
        try check(handOut.kept ?? [], of: ids)
        let kept = Set((handOut.kept ?? []).map(\.id))
        try checkNames((handOut.openCalls ?? []).map(\.id), field: "openCalls", of: ids)
        for (index, open) in (handOut.openCalls ?? []).enumerated() where kept.contains(open.id) {
            throw InvalidRequest(field: "openCalls[\(index)].id", message: "is kept, and makes no calls")
        }
    }

    /// The rules that need not know the assets' names.
    static func check(_ handOut: HandOutFields, assets: Int) throws(InvalidRequest) {
        if let epoch = handOut.epoch, epoch < 1 {
            throw InvalidRequest(field: "epoch", message: "must be 1 or more")
        }
        let numbered = [handOut.jobID != nil, handOut.epoch != nil, handOut.claim != nil]
        if numbered.contains(true), numbered.contains(false) {
            throw InvalidRequest(field: "jobId", message: "jobId, epoch and claim come together or not at all")
        }
        if let jobID = handOut.jobID, jobID.text.hasPrefix(UnnumberedJob.prefix) {
            throw InvalidRequest(field: "jobId", message: "must not begin with \"\(UnnumberedJob.prefix)\"")
        }
        if handOut.artifactURL == nil, assets > maximumInlineImages {
            throw InvalidRequest(
                field: "artifactUrl", message: "is needed for more than \(maximumInlineImages) images")
        }
        if let options = handOut.options { try check(options) }
    }

    public static func check(_ options: RunOptions) throws(InvalidRequest) {
        if let timeout = options.attemptTimeout, !(0.01...3_600).contains(timeout) {
            throw InvalidRequest(field: "options.attemptTimeout", message: "must be 0.01 to 3600 seconds")
        }
        if let attempts = options.maxAttempts, !(1...20).contains(attempts) {
            throw InvalidRequest(field: "options.maxAttempts", message: "must be 1 to 20")
        }
        if let cost = options.maxCostMicros, !(0...AccountRecord.maximumMicros).contains(cost) {
            throw InvalidRequest(
                field: "options.maxCostMicros", message: "must be 0 to \(AccountRecord.maximumMicros)")
        }
        if let providers = options.providers { try check(providers: providers) }
    }

    private static func check(providers: [String]) throws(InvalidRequest) {
        let field = "options.providers"
        guard (1...RunOptions.maximumProviders).contains(providers.count) else {
            throw InvalidRequest(field: field, message: "must be 1 to \(RunOptions.maximumProviders) names")
        }
        for provider in providers { try checkProvider(provider, field: field) }
        guard Set(providers).count == providers.count else {
            throw InvalidRequest(field: field, message: "names a provider twice")
        }
    }

    /// A provider's name as an operator gives it.
    public static func checkProvider(_ name: String, field: String) throws(InvalidRequest) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isPlain, (1...32).contains(name.utf8.count) else {
            throw InvalidRequest(field: field, message: "must be a provider's name: 1 to 32 of a-z 0-9 -")
        }
    }

    private static func check(_ kept: [KeptAsset], of ids: Set<AssetID>) throws(InvalidRequest) {
        try checkNames(kept.map(\.id), field: "kept", of: ids)
        for (index, asset) in kept.enumerated() {
            let status = asset.status ?? .generated
            guard status.isSettled else {
                throw InvalidRequest(field: "kept[\(index)].status", message: "must be one that nothing more follows")
            }
            guard (status == .generated) == (asset.picture != nil) else {
                throw InvalidRequest(
                    field: "kept[\(index)].picture",
                    message: "belongs to an asset that is generated, and only to it")
            }
        }
    }

    private static func checkNames(_ names: [AssetID], field: String, of ids: Set<AssetID>) throws(InvalidRequest) {
        var seen: Set<AssetID> = []
        for (index, name) in names.enumerated() {
            guard ids.contains(name) else {
                throw InvalidRequest(field: "\(field)[\(index)].id", message: "names no image of this request")
            }
            guard seen.insert(name).inserted else {
                throw InvalidRequest(field: "\(field)[\(index)].id", message: "is named twice")
            }
        }
    }
}
