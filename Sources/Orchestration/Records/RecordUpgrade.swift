import JSONCoding

/// Stored records of earlier formats, brought to the shape that is read today. What they did not know is filled in as it
/// was for them; nothing that stands in them is changed. They are written in the present format at their next change.
enum RecordUpgrade {
    /// - Parameter body: of a record of `format`, an earlier one than today's.
    /// - Throws: if it is no JSON, or no object.
    static func body(_ body: [UInt8], kind: UInt8, format: UInt16, limits: JSONLimits) throws(JSONError) -> [UInt8] {
        guard kind == RecordKind.run.rawValue, format == 1 else { return body }
        var run = try JSON.decode([String: JSONValue].self, from: body, limits: limits)
        let assets = run["assets"]?.arrayValue ?? []
        if run["providers"] == nil { run["providers"] = .array([provider(of: assets)]) }
        fill(&run, ["fallsBackOnRefusal": .bool(false), "isFallback": .bool(false)])
        run["assets"] = .array(assets.map(asset))
        return try JSON.encode(run)
    }

    /// Runs had one provider, and named it only where it had answered.
    private static func provider(of assets: [JSONValue]) -> JSONValue {
        let sources = assets.compactMap { $0["source"] }
        let names = sources.compactMap { $0["provider"] } + assets.compactMap { $0["error"]?["provider"] }
        return .object([
            "name": names.first { !$0.isNull } ?? .string("unknown"),
            "model": sources.compactMap { $0["model"] }.first { !$0.isNull } ?? .string(""),
            "unknownOutcome": .string("retry"), "prices": .object([:]),
        ])
    }

    /// Every attempt was a call to the one provider; costs stood with the pictures alone.
    private static func asset(_ value: JSONValue) -> JSONValue {
        guard var asset = value.objectValue else { return value }
        let attempts = asset["attempts"] ?? .int(0)
        let paid = asset["source"]?["costMicros"]?.intValue ?? 0
        fill(
            &asset,
            [
                "starts": attempts, "tries": attempts, "provider": .int(0), "asks": .int(0), "isAsking": .bool(false),
                "history": .array([]),
                "cost": .object(["micros": .int(paid), "possiblyBilled": .int(0), "possibleMicros": .int(0)]),
            ])
        return .object(asset)
    }

    private static func fill(_ object: inout [String: JSONValue], _ missing: [String: JSONValue]) {
        object.merge(missing) { there, _ in there }
    }
}
