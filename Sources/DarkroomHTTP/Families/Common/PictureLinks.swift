import JobModel

extension JobRecord {
    /// Where the asset's picture can be read; nil while there is none.
    func link(to asset: JobAsset) -> String? {
        guard let picture = asset.picture else { return asset.link }
        return handOut.artifactURL.map { "\($0)/\(picture.hash)" }
    }
}
