import HTTPTypes
import JobModel
import NIOCore
import Orchestration
import Threads

/// How many requests each key and each address may make in a minute.
///
/// Counted in the process's memory: a restart begins anew, and each server counts by itself.
public final class RequestRates: Sendable {
    public struct Settings: Hashable, Sendable {
        /// For each API key; nil for no limit. The operator has none.
        public var perKey: Int?
        /// For each address, whoever asks from it; nil for no limit.
        public var perAddress: Int?
        /// Whether this machine's own requests are counted by address too. A proxy on this machine would share one count
        /// among all whom it speaks for.
        public var countsThisMachine: Bool

        public init(perKey: Int? = 1_200, perAddress: Int? = 1_200, countsThisMachine: Bool = false) {
            self.perKey = perKey
            self.perAddress = perAddress
            self.countsThisMachine = countsThisMachine
        }
    }

    private static let namesRemembered = 65_536

    private let keys: Locked<RequestLimiter<APIKeyID>>?
    private let addresses: Locked<RequestLimiter<PeerAddress>>?
    private let countsThisMachine: Bool
    private let clock: any EngineClock

    public init(_ settings: Settings, clock: any EngineClock) {
        keys = settings.perKey.map { Locked(RequestLimiter(limit: $0, capacity: Self.namesRemembered)) }
        addresses = settings.perAddress.map { Locked(RequestLimiter(limit: $0, capacity: Self.namesRemembered)) }
        countsThisMachine = settings.countsThisMachine
        self.clock = clock
    }

    /// - Throws: 429 as ``Refusal``.
    func count(addressOf context: DarkroomContext) throws(Refusal) {
        guard let addresses, countsThisMachine || !context.isFromThisMachine,
            let address = context.clientAddress.flatMap(PeerAddress.init)
        else { return }
        let now = clock.now()
        try note(addresses.withLock { $0.take(address, now: now) }, context)
    }

    /// - Throws: 429 as ``Refusal``.
    func count(keyOf principal: Principal, _ context: DarkroomContext) throws(Refusal) {
        guard let keys, let key = principal.keyID else { return }
        let now = clock.now()
        try note(keys.withLock { $0.take(key, now: now) }, context)
    }

    private func note(_ allowance: RequestAllowance, _ context: DarkroomContext) throws(Refusal) {
        context.rate.note(allowance)
        guard let seconds = allowance.retryAfterSeconds else { return }
        var refusal = Refusal(
            .tooManyRequests, "rate_limited", "at most \(allowance.limit) requests a minute; come again in \(seconds) s"
        )
        refusal.headers[.retryAfter] = "\(seconds)"
        throw refusal
    }
}
