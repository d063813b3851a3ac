/// An asset that has nothing to do in this epoch, made or given up in an earlier one; the worker repeats it in its
/// snapshots and makes no call for it.
public struct KeptAsset: Hashable, Sendable, Codable {
    public var id: AssetID
    /// `generated` when absent; any other settled state comes without a picture.
    public var status: AssetState?
    public var picture: Picture?
    public var error: MediaError?
    public var source: AssetSource?
    public var attempts: Int

    public init(
        id: AssetID, status: AssetState? = nil, picture: Picture?, error: MediaError? = nil, source: AssetSource?,
        attempts: Int
    ) {
        self.id = id
        self.status = status
        self.picture = picture
        self.error = error
        self.source = source
        self.attempts = attempts
    }
}

/// A call of an earlier epoch whose end nobody knows: the worker asks the provider before it makes another.
public struct OpenCall: Hashable, Sendable, Codable {
    public var id: AssetID
    public var call: RemoteCall

    public init(id: AssetID, call: RemoteCall) {
        self.id = id
        self.call = call
    }
}
