import Orchestration

/// Proves that a store keeps the promises of `KeyValueStore` and `ArtifactStore`.
///
///     @Test(arguments: KeyValueStoreConformance.Case.allCases)
///     func conforms(_ conformanceCase: KeyValueStoreConformance.Case) async throws {
///         try await KeyValueStoreConformance { try await makeMyStore() }.run(conformanceCase)
///     }
///
/// Each case gets a fresh, empty store and throws ``ConformanceFailure`` (or the store's own error) if a promise is broken.
public struct KeyValueStoreConformance: Sendable {
    /// A fresh store and what surrounds it.
    public struct Subject: Sendable {
        public let store: any KeyValueStore & ArtifactStore
        /// Whether the changes of a case must all be remembered; a store set to remember few tells that it does not.
        public let remembersChanges: Bool
        /// Shuts the store down and opens the same data again. A store without a life beyond its process returns itself.
        public let reopen: @Sendable () async throws -> any KeyValueStore & ArtifactStore
        /// Frees what the case used; called also when it failed.
        public let dispose: @Sendable () async -> Void

        public init(
            store: any KeyValueStore & ArtifactStore, remembersChanges: Bool = true,
            reopen: @escaping @Sendable () async throws -> any KeyValueStore & ArtifactStore,
            dispose: @escaping @Sendable () async -> Void
        ) {
            self.store = store
            self.remembersChanges = remembersChanges
            self.reopen = reopen
            self.dispose = dispose
        }
    }

    public enum Case: String, CaseIterable, Sendable {
        case createsIfAbsent
        case comparesAndSwaps
        case keepsTombstones
        case purgesTombstonesOnly
        case keepsHeadersAndBodies
        case numbersRevisionsAcrossTheStore
        case takesAnyTextAsKey
        case endsPrefixesOnComponents
        case ordersAndPagesScans
        case holdsItsLimits
        case countsExactlyUnderConcurrency
        case judgesConcurrentWritesOneByOne
        case watchesWithoutMissing
        case watchesOnlyBelowThePrefix
        case endsWatchersWhileTheyAreTold
        case tellsWhatChanged
        case tellsWhenItCannotKnowWhatChanged
        case writesDespiteCancellation
        case survivesReopening
        case storesArtifactsOnce
        case refusesWrongHashes
        case keepsOwnersApart
        case storesLargeArtifacts
        case attachesBeforeTheRecordIsReadable
        case attachesNothingOnConflict
        case listsArtifacts
        case removesWhatStaysCondemned
        case removesFilesThatStayCondemned
        case sparesWhatIsStoredAgain
        case boundsOrders
        case readsWholeRecordsInPages
    }

    private let makeSubject: @Sendable () async throws -> Subject

    public init(_ makeSubject: @escaping @Sendable () async throws -> Subject) {
        self.makeSubject = makeSubject
    }

    public func run(_ conformanceCase: Case) async throws {
        let subject = try await makeSubject()
        do {
            try await perform(conformanceCase, on: subject)
        } catch {
            await subject.dispose()
            throw error
        }
        await subject.dispose()
    }

    public func runAll() async throws {
        for conformanceCase in Case.allCases { try await run(conformanceCase) }
    }

    private func perform(_ conformanceCase: Case, on subject: Subject) async throws {
        let records = RecordConformance(subject: subject)
        let keys = KeyConformance(store: subject.store)
        let watches = WatchConformance(store: subject.store)
        let artifacts = ArtifactConformance(subject: subject)
        let sweeps = SweepConformance(subject: subject)
        switch conformanceCase {
        case .createsIfAbsent: try await records.createsIfAbsent()
        case .comparesAndSwaps: try await records.comparesAndSwaps()
        case .keepsTombstones: try await records.keepsTombstones()
        case .purgesTombstonesOnly: try await PurgeConformance(subject: subject).purgesTombstonesOnly()
        case .keepsHeadersAndBodies: try await records.keepsHeadersAndBodies()
        case .numbersRevisionsAcrossTheStore: try await records.numbersRevisionsAcrossTheStore()
        case .holdsItsLimits: try await records.holdsItsLimits()
        case .countsExactlyUnderConcurrency: try await records.countsExactlyUnderConcurrency()
        case .judgesConcurrentWritesOneByOne: try await records.judgesConcurrentWritesOneByOne()
        case .writesDespiteCancellation: try await records.writesDespiteCancellation()
        case .survivesReopening: try await records.survivesReopening()
        case .takesAnyTextAsKey: try await keys.takesAnyText()
        case .endsPrefixesOnComponents: try await keys.endsPrefixesOnComponents()
        case .ordersAndPagesScans: try await keys.ordersAndPages()
        case .watchesWithoutMissing: try await watches.watchesWithoutMissing()
        case .watchesOnlyBelowThePrefix: try await watches.watchesOnlyBelowThePrefix()
        case .endsWatchersWhileTheyAreTold: try await watches.endsWatchersWhileTheyAreTold()
        case .tellsWhatChanged: try await ChangeConformance(subject: subject).tellsWhatChanged()
        case .tellsWhenItCannotKnowWhatChanged:
            try await ChangeConformance(subject: subject).tellsWhenItCannotKnow()
        case .storesArtifactsOnce: try await artifacts.storesOnce()
        case .refusesWrongHashes: try await artifacts.refusesWrongHashes()
        case .keepsOwnersApart: try await artifacts.keepsOwnersApart()
        case .storesLargeArtifacts: try await artifacts.storesLarge()
        case .attachesBeforeTheRecordIsReadable: try await artifacts.attachesBeforeTheRecordIsReadable()
        case .attachesNothingOnConflict: try await artifacts.attachesNothingOnConflict()
        case .listsArtifacts: try await sweeps.listsArtifacts()
        case .removesWhatStaysCondemned: try await sweeps.removesWhatStaysCondemned(size: 1_000)
        case .removesFilesThatStayCondemned: try await sweeps.removesWhatStaysCondemned(size: 300_000)
        case .sparesWhatIsStoredAgain: try await sweeps.sparesWhatIsStoredAgain()
        case .boundsOrders: try await sweeps.boundsOrders()
        case .readsWholeRecordsInPages: try await sweeps.readsWholeRecordsInPages()
        }
    }
}
