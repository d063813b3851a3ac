/// The stored form: our fields under the names that the case's first system gave them, and beside them the counters and
/// lists that follow from the assets, so that a reader of the bare record sees what that system's own record showed.
extension JobRecord: Codable {
    private enum Key: String, CodingKey {
        case writeID = "writeId"
        case jobID = "jobId"
        case owner
        case caseID = "caseId"
        case family
        case status
        case isFinal = "final"
        case createdAt
        case startedAt
        case completedAt
        case updatedAt
        case specification
        case requestHash
        case handOut
        case pastClaims
        case version
        case assets
        case inputs
        case queue
        case estimateMicros
        case retryCount
        case maxRetries
        case lastError
        case heardAt
        case alertedAt
        case cancel
        case continuations
        case keepUntil
        case forgotten
        case journal
        case histories
        case account
        case deliveryTimes = "deliveryTimesMs"
        case trace = "traceparent"
        // Derived, written only.
        case totalImages
        case completedImages
        case failedImages
        case failedIDs = "failedIds"
        case cost
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        writeID = try values.decode(UInt64.self, forKey: .writeID)
        jobID = try values.decode(JobID.self, forKey: .jobID)
        owner = try values.decode(OwnerID.self, forKey: .owner)
        caseID = try values.decode(CaseID.self, forKey: .caseID)
        // Format 3 knew one only.
        family = try values.decodeIfPresent(JobFamily.self, forKey: .family) ?? .case
        status = try values.decode(JobStatus.self, forKey: .status)
        isFinal = try values.decode(Bool.self, forKey: .isFinal)
        createdAt = try values.decode(Milliseconds.self, forKey: .createdAt)
        startedAt = try values.decodeIfPresent(Milliseconds.self, forKey: .startedAt)
        completedAt = try values.decodeIfPresent(Milliseconds.self, forKey: .completedAt)
        updatedAt = try values.decode(Milliseconds.self, forKey: .updatedAt)
        specification = try values.decode(ContentHash.self, forKey: .specification)
        requestHash = try values.decode(ContentHash.self, forKey: .requestHash)
        handOut = try values.decode(HandOut.self, forKey: .handOut)
        pastClaims = try values.decode([PastClaim].self, forKey: .pastClaims)
        version = try values.decode(Int.self, forKey: .version)
        assets = try values.decode([JobAsset].self, forKey: .assets)
        inputs = try values.decodeIfPresent([ContentHash].self, forKey: .inputs) ?? []
        queue = try values.decodeIfPresent(QueuePlace.self, forKey: .queue)
        estimateMicros = try values.decodeIfPresent(Int64.self, forKey: .estimateMicros)
        retryCount = try values.decode(Int.self, forKey: .retryCount)
        maxRetries = try values.decode(Int.self, forKey: .maxRetries)
        lastError = try values.decodeIfPresent(String.self, forKey: .lastError)
        // Format 2 knew none of these.
        heardAt = try values.decodeIfPresent(Milliseconds.self, forKey: .heardAt) ?? updatedAt
        alertedAt = try values.decodeIfPresent(Milliseconds.self, forKey: .alertedAt)
        cancel = try values.decodeIfPresent(CancelOrder.self, forKey: .cancel)
        continuations = try values.decodeIfPresent(Int.self, forKey: .continuations) ?? 0
        keepUntil = try values.decodeIfPresent(Milliseconds.self, forKey: .keepUntil)
        forgotten = try values.decodeIfPresent(ForgottenJob.self, forKey: .forgotten)
        journal = try values.decodeIfPresent([JournalEntry].self, forKey: .journal) ?? []
        histories = try values.decodeIfPresent([HistoryReference].self, forKey: .histories) ?? []
        account = try values.decodeIfPresent(JobAccount.self, forKey: .account)
        deliveryTimes = try values.decodeIfPresent([Milliseconds].self, forKey: .deliveryTimes)
        trace = try values.decodeIfPresent(TraceParent.self, forKey: .trace)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(caseID, forKey: .caseID)
        try values.encode(jobID, forKey: .jobID)
        try values.encode(family, forKey: .family)
        try values.encode(status, forKey: .status)
        try values.encode(isFinal, forKey: .isFinal)
        try values.encode(forgotten?.totalImages ?? assets.count, forKey: .totalImages)
        try values.encode(forgotten?.completedImages ?? completedImages, forKey: .completedImages)
        try values.encode(
            forgotten.map { $0.totalImages - $0.completedImages } ?? failedIDs.count, forKey: .failedImages)
        try values.encode(failedIDs, forKey: .failedIDs)
        try values.encodeIfPresent(queue, forKey: .queue)
        try values.encode(cost, forKey: .cost)
        try values.encodeIfPresent(estimateMicros, forKey: .estimateMicros)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encodeIfPresent(startedAt, forKey: .startedAt)
        try values.encodeIfPresent(completedAt, forKey: .completedAt)
        try values.encode(updatedAt, forKey: .updatedAt)
        try values.encode(retryCount, forKey: .retryCount)
        try values.encode(maxRetries, forKey: .maxRetries)
        try values.encodeIfPresent(lastError, forKey: .lastError)
        try values.encode(heardAt, forKey: .heardAt)
        try values.encodeIfPresent(alertedAt, forKey: .alertedAt)
        try values.encodeIfPresent(cancel, forKey: .cancel)
        try values.encode(continuations, forKey: .continuations)
        try values.encodeIfPresent(keepUntil, forKey: .keepUntil)
        try values.encodeIfPresent(forgotten, forKey: .forgotten)
        try values.encode(journal, forKey: .journal)
        try values.encode(histories, forKey: .histories)
        try values.encodeIfPresent(account, forKey: .account)
        try values.encodeIfPresent(deliveryTimes, forKey: .deliveryTimes)
        try values.encodeIfPresent(trace, forKey: .trace)
        try values.encode(version, forKey: .version)
        try values.encode(handOut, forKey: .handOut)
        try values.encode(pastClaims, forKey: .pastClaims)
        try values.encode(assets, forKey: .assets)
        if !inputs.isEmpty { try values.encode(inputs, forKey: .inputs) }
        try values.encode(owner, forKey: .owner)
        try values.encode(specification, forKey: .specification)
        try values.encode(requestHash, forKey: .requestHash)
        try values.encode(writeID, forKey: .writeID)
    }
}
