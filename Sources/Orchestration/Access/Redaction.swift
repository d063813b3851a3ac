import JobModel

/// Logs and errors name nobody: an owner's name may be a person's.
extension OwnerID {
    /// The same sign for the same owner, which tells the name to nobody who does not know it already.
    public var redacted: String { self == .local ? text : Self.sign(text) }

    fileprivate static func sign(_ name: String) -> String {
        "owner-" + ContentHash(of: Array(name.utf8)).text.prefix(8)
    }
}

extension StoreKey {
    /// Kinds of keys whose second component is whose they are.
    private static let owned: Set<String> = ["owner", "ledger", "idempotency"]

    /// The key as logs and errors name it, with its owner's sign in the place of the name.
    public var redacted: String {
        guard components.count > 1, Self.owned.contains(components[0]), components[1] != OwnerID.local.text else {
            return description
        }
        var parts = components
        parts[1] = OwnerID.sign(parts[1])
        return StoreKey(parts).description
    }
}

extension StoreError {
    /// The same error, if its message names a path at or below an owner's directory of that name.
    public func hiding(_ owner: OwnerID, below directory: String) -> StoreError {
        StoreError(code, message.replacing("/\(directory)/\(owner)", with: "/\(directory)/\(owner.redacted)"))
    }
}
