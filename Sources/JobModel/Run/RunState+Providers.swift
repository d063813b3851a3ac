/// The list of providers: whose turn it is, and when the next one's comes.
extension RunState {
    func terms(of index: Int) -> ProviderTerms {
        record.providers[min(record.assets[index].provider, record.providers.count - 1)]
    }

    /// A model that was asked for by name is the first provider's: the others do not know it.
    func lane(of index: Int) -> CallLane {
        let terms = terms(of: index)
        let named = record.assets[index].provider == 0 ? record.assets[index].model : nil
        return CallLane(provider: terms.name, model: named ?? terms.model)
    }

    /// What one call of the asset costs at its present provider; nil if no price is known.
    func price(of index: Int) -> Int64? {
        let lane = lane(of: index)
        return terms(of: index).prices[lane.model]
    }

    func hasNextProvider(_ index: Int) -> Bool { record.assets[index].provider + 1 < record.providers.count }

    /// Whether an asset that this provider could not make may go to the next one.
    func mayFallBack(_ index: Int, after error: MediaError) -> Bool {
        guard hasNextProvider(index), !record.isCancelWanted, !record.isSuperseded else { return false }
        switch error.kind {
        case .refused: return record.fallsBackOnRefusal
        case .deadline, .canceled, .internalFailure: return false
        default: return true
        }
    }

    /// The asset is the next provider's from now on.
    mutating func fallBack(_ index: Int, code: String) {
        let from = lane(of: index)
        record.assets[index].fallbackCause = FallbackCause(provider: from.provider, code: code)
        record.assets[index].provider += 1
        record.assets[index].tries = 0
        record.assets[index].asks = 0
        record.assets[index].openCall = nil
        effects.mustSave = true
        log(.fallingBack(record.assets[index].id, from: from, to: lane(of: index), code: code))
    }

    /// A provider that is down is not waited for where another may be asked. What is in flight there may end.
    mutating func leave(_ provider: String) {
        guard !record.isFinished else { return }
        for index in record.assets.indices where lane(of: index).provider == provider && hasNextProvider(index) {
            switch record.assets[index].state {
            case .queued, .retrying:
                // What may have been made there is asked for there.
                guard record.assets[index].openCall == nil else { continue }
                fallBack(index, code: "circuit_open")
                if record.assets[index].state == .retrying { record.assets[index].retryAt = record.spent }
            default: break
            }
        }
    }
}
