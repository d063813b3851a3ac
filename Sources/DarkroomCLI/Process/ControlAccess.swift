import ArgumentParser
import DarkroomHTTP
import HTTPChannels
import Logging
import Orchestration

/// Who may ask a server of the control side for what.
public enum ControlAccess {
    private static let operatorToken = "DARKROOM_READ_TOKEN"
    private static let webhookSecret = "DARKROOM_WEBHOOK_SECRET"

    /// Closed by default: beyond this machine a server wants to know whose webhooks and whose requests it takes. What can
    /// be told before the store is opened is told then.
    public static func requireSecrets(_ address: ListenAddress, _ settings: Settings) throws {
        guard try settings.webhookSecrets() == nil else { return }
        let hasToken = try settings.token(operatorToken) != nil
        try Serving.requireSecrets(address, [(webhookSecret, false), (operatorToken, hasToken)])
    }

    /// - Throws: `ValidationError` for a server that other machines may reach and that nobody has a token or key for;
    ///   ``CommandFailure`` with the store's own words.
    public static func open(
        _ address: ListenAddress, _ settings: Settings, store: any KeyValueStore, clock: any EngineClock,
        random: any RandomSource, logger: Logger
    ) async throws -> Access {
        let keys = APIKeys(store: store, clock: clock, random: random)
        let signing = LinkSigning(store: store, clock: clock, random: random)
        let callers = Callers(
            operatorToken: try settings.token(operatorToken), keys: keys, signing: signing, address: address,
            rates: RequestRates(try settings.requestRates(), clock: clock))
        do {
            try await requireSomebody(address, settings, keys)
            if try await callers.areAnybody() { announceOpen(address, logger) }
            return Access(
                callers: callers, linkSigning: signing, webhookSecrets: try settings.webhookSecrets())
        } catch let error as StoreError {
            throw Stores.failure(error)
        }
    }

    private static func requireSomebody(_ address: ListenAddress, _ settings: Settings, _ keys: APIKeys) async throws {
        guard try settings.token(operatorToken) == nil, try await !keys.areAny() else { return }
        try Serving.requireSecrets(
            address, [("\(operatorToken), or a key made with \"initiator keys create\"", false)])
    }

    private static func announceOpen(_ address: ListenAddress, _ logger: Logger) {
        logger.warning(
            "access.open",
            metadata: [
                "listen": "\(address.host)", "to": "everybody on this machine, without a token",
                "close": "set \(operatorToken), or make a key with initiator keys create",
            ])
    }
}

extension Settings {
    /// Whose `X-Forwarded-For` is believed.
    public func trustedProxies() throws -> TrustedProxies {
        guard let list = try text("trusted-proxies") else { return .none }
        guard let proxies = TrustedProxies(list) else {
            throw ValidationError("trusted-proxies must be addresses and CIDR blocks, separated by commas")
        }
        return proxies
    }

    /// How many requests a minute are taken from each key and each address.
    public func requestRates() throws -> RequestRates.Settings {
        var rates = RequestRates.Settings()
        if let limit = try requestLimit("requests-per-minute") { rates.perKey = limit.count }
        if let limit = try requestLimit("requests-per-address") {
            rates.perAddress = limit.count
            rates.countsThisMachine = true
        }
        return rates
    }

    private struct Limit {
        /// Nil for none.
        var count: Int?
    }

    /// Nil where nothing is set.
    private func requestLimit(_ name: String) throws -> Limit? {
        guard let text = try text(name) else { return nil }
        if text == "off" { return Limit(count: nil) }
        guard let count = Int(text), (1...1_000_000).contains(count) else {
            throw complaint(name, "off or a number from 1 to 1000000", not: text)
        }
        return Limit(count: count)
    }
}
