import JobModel
import Orchestration

extension SignedLinks {
    /// The address of a picture, opened to whoever holds it, for ``lifetime``.
    /// - Returns: the address as it is where it does not lead to a picture here: to another server, or inline.
    func opened(_ address: String, of owner: OwnerID) -> String {
        let hash = String(address.suffix(64))
        guard (try? ContentHash(hash)) != nil else { return address }
        let base = address.dropLast(64)
        let routes = ["/api/artifacts/", "/api/owners/\(owner)/artifacts/"]
        guard let route = routes.first(where: { base.hasSuffix($0) }) else { return address }
        return "\(address)?\(query(for: route + hash, owner: owner))"
    }
}

extension JobView {
    /// The same job with links that need no token for a while.
    func withOpenedLinks(by links: SignedLinks, of owner: OwnerID) -> JobView {
        var view = self
        view.evidenceImages = evidenceImages.mapValues { links.opened($0, of: owner) }
        view.locationImages = locationImages.mapValues { links.opened($0, of: owner) }
        view.assets = assets.map { asset in
            var asset = asset
            asset.image = asset.image.map { links.opened($0, of: owner) }
            return asset
        }
        return view
    }
}
