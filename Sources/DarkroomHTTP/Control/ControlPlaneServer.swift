import Hummingbird
import JobModel
import Logging
import OpenAPIDocuments
import Orchestration

extension DarkroomServer {
    /// The whole control plane: the receiver's routes, those by which jobs are asked for, and providers' callbacks.
    /// - Parameter replicateSecrets: nil takes Replicate's callbacks unsigned, from this machine only.
    public static func controlPlane(
        _ address: ListenAddress, jobs: JobService, artifacts: any ArtifactStore,
        transformer: any ImageTransformer, access: Access, replicateSecrets: WebhookSecrets?,
        settings: InterfaceSettings, clock: any EngineClock,
        addresses: @escaping @Sendable () -> HandOutAddresses?, measures: Measures,
        connections: ConnectionLimits, isReady: @escaping @Sendable () async -> Bool, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let departures = Departures()
        let router = baseRouter(
            of: .initiator, proxies: access.proxies, measures: measures, isReady: isReady,
            mayMeasure: { try await access.requireOperator($0, $1) })
        DocumentRoute(.controlPlane).add(to: router)
        let arrivals = Arrivals()
        ReceiverRoutes(
            jobs: jobs, artifacts: artifacts, access: access, clock: clock, arrivals: arrivals, departures: departures
        ).add(to: router)
        let desk = ControlDesk(
            jobs: jobs, submitter: jobs.submitter, artifacts: artifacts, transformer: transformer, access: access,
            settings: settings, clock: clock, arrivals: arrivals, addresses: addresses)
        ControlRoutes(desk: desk).add(to: router)
        ImageRoutes(desk: desk).add(to: router)
        SceneRoutes(desk: desk).add(to: router)
        GenerationRoutes(desk: desk).add(to: router)
        StatisticsRoute(desk: jobs.statisticsDesk(), access: access).add(to: router)
        JobListRoutes(jobs: jobs, access: access).add(to: router)
        JobListEventRoutes(jobs: jobs, access: access, departures: departures).add(to: router)
        WhyRoute(jobs: jobs, access: access).add(to: router)
        DashboardRoutes().add(to: router)
        if let callers = access.callers {
            SessionRoutes(callers: callers) { addresses()?.receiver?.hasPrefix("https://") ?? false }.add(to: router)
        }
        ReplicateWebhook(jobs: jobs, secrets: replicateSecrets, clock: clock).add(to: router)
        return DarkroomServer(
            address, router: router, news: jobs.news, departures: departures, connections: connections, logger: logger,
            onReady: onReady)
    }
}
