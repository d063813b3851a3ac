import ArgumentParser
import JSONCoding
import JobModel
import Logging
import Orchestration

/// What owners may do, and what is known of prices before there is a job.
extension Settings {
    /// The accounts of the owners in this store, for a process that makes jobs or hears of their ends.
    public func accounts(
        _ store: any KeyValueStore, clock: any EngineClock, random: any RandomSource, logger: Logger
    ) throws -> OwnerAccounts {
        OwnerAccounts(
            desk: AccountDesk(store: store, plans: try plans(), clock: clock, random: random, logger: logger),
            pricing: try jobPricing())
    }

    /// The built-in plans and those of the JSON file that `plans` names: `{"NAME": {"maxInFlight", "imagesPerMonth",
    /// "budgetMicrosPerMonth", "casesExempt"}, …}`.
    public func plans() throws -> PlanBook {
        guard let path = try text("plans") else { return PlanBook() }
        let bytes = try FileReading.bytes(of: path, atMost: Self.maximumFileBytes)
        do {
            let own = try JSON.decode([String: StrictPlan].self, from: bytes)
            return try PlanBook(own.mapValues(\.plan))
        } catch let error as JSONError {
            throw ValidationError("\(path): \(error.path) \(error.message)")
        } catch let error as InvalidRequest {
            throw ValidationError("\(path): \(error.field) \(error.message)")
        }
    }

    /// From the settings by which workers know their providers. Without them nothing is known, and owners with a budget
    /// get no jobs.
    public func jobPricing() throws -> JobPricing {
        let prices: PriceTable
        do { prices = try PriceTable(try text("prices") ?? "") } catch let error as InvalidRequest {
            throw ValidationError("DARKROOM_PRICES \(error.message)")
        }
        return JobPricing(
            lanes: try providerLanes(), prices: prices, attempts: try runLimits().retry.maximumAttempts,
            basis: try word("reserve", default: JobPricing.Basis.worst))
    }

    /// Empty unless the model of each is known.
    private func providerLanes() throws -> [CallLane] {
        var lanes: [CallLane] = []
        for word in (try text("provider") ?? "").split(separator: ",") {
            let name = word.filter { $0 != " " }
            guard let model = try name == "local" ? "local" : text("\(name)-model") else { return [] }
            lanes.append(CallLane(provider: name, model: model))
        }
        return lanes
    }
}

/// A plan of which every field has to be known: a limit that was mistyped would be none.
private struct StrictPlan: Decodable {
    let plan: Plan

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let known: Set<String> = ["maxInFlight", "imagesPerMonth", "budgetMicrosPerMonth", "casesExempt"]

    init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: Name.self).allKeys
        if let stranger = names.first(where: { !Self.known.contains($0.stringValue) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath + [stranger],
                    debugDescription: "is not one of \(Self.known.sorted().joined(separator: ", "))"))
        }
        plan = try Plan(from: decoder)
    }
}
