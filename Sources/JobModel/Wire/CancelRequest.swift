/// The body of `POST /api/runs/{jobId}/cancel`; it may be left out.
public struct CancelRequest: Hashable, Sendable, Codable {
    /// The epoch to end, and all before it; nil for whatever the worker has.
    public var epoch: Int?

    public init(epoch: Int?) { self.epoch = epoch }
}
