import JobModel
import Orchestration

extension SignedLinks {
    /// The address of a picture, opened to whoever holds it, for ``lifetime``.
    /// - Returns: the address as it is where it does not lead to a picture here: to another server, or inline.
    func opened(_ address: String, of owner: OwnerID) async throws(StoreError) -> String {
        let hash = String(address.suffix(64))
        guard (try? ContentHash(hash)) != nil else { return address }
        let base = address.dropLast(64)
        let routes = ["/api/artifacts/", "/api/owners/\(owner)/artifacts/"]
        guard let route = routes.first(where: { base.hasSuffix($0) }) else { return address }
        return "\(address)?\(try await query(for: route + hash, owner: owner))"
    }
}

extension JobView {
    /// The same job with links that need no token for a while.
    func withOpenedLinks(by links: SignedLinks, of owner: OwnerID) async throws(StoreError) -> JobView {
        var view = self
        for (name, address) in evidenceImages {
            view.evidenceImages[name] = try await links.opened(address, of: owner)
        }
        for (name, address) in locationImages {
            view.locationImages[name] = try await links.opened(address, of: owner)
        }
        for (index, asset) in assets.enumerated() {
            if let image = asset.image { view.assets[index].image = try await links.opened(image, of: owner) }
        }
        return view
    }
}
