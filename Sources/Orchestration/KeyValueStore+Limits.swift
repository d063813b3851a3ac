import JobModel

extension RecordWrite {
    /// Whether every store may take this write. Hashes the attachments, so call it off the cooperative pool when there
    /// are any.
    /// - Throws: `too_large` for a key, body, artifact or number of attachments over ``StoreLimits``, `corrupt` for an
    ///   attachment whose bytes do not have its hash.
    public func checkLimits() throws(StoreError) {
        try key.checkLimits()
        guard body.count <= StoreLimits.maximumRecordBytes else {
            throw StoreError(
                .tooLarge,
                "the record \(key.redacted) has \(body.count) bytes, at most \(StoreLimits.maximumRecordBytes) are stored"
            )
        }
        guard attachments.count <= StoreLimits.maximumAttachments else {
            throw StoreError(
                .tooLarge,
                "\(attachments.count) attachments at \(key.redacted), at most \(StoreLimits.maximumAttachments) go with one write"
            )
        }
        for attachment in attachments { try attachment.checkLimits() }
    }
}

extension StoreKey {
    /// - Throws: `too_large` unless the key has 1 to ``StoreLimits/maximumKeyComponents`` components, each of at most
    ///   ``StoreLimits/maximumComponentBytes``.
    public func checkLimits() throws(StoreError) {
        guard !components.isEmpty, isLegalPrefix else {
            throw StoreError(
                .tooLarge,
                "a key has 1 to \(StoreLimits.maximumKeyComponents) components of at most "
                    + "\(StoreLimits.maximumComponentBytes) bytes each; this one has \(components.count)")
        }
    }

    /// - Throws: `too_large` unless ``isLegalPrefix``.
    public func checkPrefix() throws(StoreError) {
        if !isLegalPrefix { throw StoreError(.tooLarge, "a key to page on from is over the limits of keys") }
    }

    /// Whether a record can stand at or below this key.
    public var isLegalPrefix: Bool {
        components.count <= StoreLimits.maximumKeyComponents
            && components.allSatisfy { $0.utf8.count <= StoreLimits.maximumComponentBytes }
    }
}

extension Artifact {
    /// - Throws: `too_large` over ``StoreLimits/maximumArtifactBytes``, `corrupt` if the bytes do not have the hash.
    public func checkLimits() throws(StoreError) {
        guard bytes.count <= StoreLimits.maximumArtifactBytes else {
            throw StoreError(
                .tooLarge,
                "the artifact \(hash) has \(bytes.count) bytes, at most \(StoreLimits.maximumArtifactBytes) are stored")
        }
        guard ContentHash(of: bytes) == hash else {
            throw StoreError(.corrupt, "the bytes given for the artifact \(hash) have another hash")
        }
    }
}

extension [ArtifactOrder] {
    /// - Throws: `too_large` over ``ArtifactLimits/maximumOrders``.
    public func checkLimits() throws(StoreError) {
        guard count <= ArtifactLimits.maximumOrders else {
            throw StoreError(
                .tooLarge, "\(count) orders about artifacts, at most \(ArtifactLimits.maximumOrders) are taken at once")
        }
    }
}
