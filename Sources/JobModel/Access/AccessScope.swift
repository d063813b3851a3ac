/// What the bearer of a credential may do.
public enum AccessScope: String, Hashable, Sendable, Codable, CaseIterable {
    /// Ask for jobs, and change those of the bearer's owner: retry, edit, cancel, delete.
    case submit
    /// See jobs and pictures of the bearer's owner.
    case read
    /// Both of these, for every owner.
    case admin
}

/// Who asks: found out once for each request, and then all that the rest of it has to know.
public struct Principal: Hashable, Sendable {
    /// Whose jobs are meant. An administrator may have named another owner than the credential's own.
    public let owner: OwnerID
    public let scopes: Set<AccessScope>
    /// Nil for the operator, and for whoever uses an open server on its own machine.
    public let keyID: APIKeyID?

    public init(owner: OwnerID, scopes: Set<AccessScope>, keyID: APIKeyID? = nil) {
        self.owner = owner
        self.scopes = scopes
        self.keyID = keyID
    }

    /// The operator of the process, on the usual owner.
    public static let `operator` = Principal(owner: .local, scopes: Set(AccessScope.allCases))

    public func may(_ scope: AccessScope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

    /// The same principal, asking for another owner's jobs.
    /// - Returns: nil if it may only ask for its own.
    public func acting(for owner: OwnerID) -> Principal? {
        guard owner == self.owner || may(.admin) else { return nil }
        return Principal(owner: owner, scopes: scopes, keyID: keyID)
    }
}
