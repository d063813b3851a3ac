import Hummingbird
import JobModel
import Logging
import Orchestration

extension DarkroomServer {
    /// The webhook and job-state routes alone.
    public static func receiver(
        _ address: ListenAddress, jobs: JobService, artifacts: any ArtifactStore, access: Access,
        clock: any EngineClock, measures: Measures, connections: ConnectionLimits,
        isReady: @escaping @Sendable () async -> Bool, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let departures = Departures()
        let router = baseRouter(
            of: .receiver, proxies: access.proxies, measures: measures, isReady: isReady,
            mayMeasure: { try await access.requireOperator($0, $1) })
        ReceiverRoutes(
            jobs: jobs, artifacts: artifacts, access: access, clock: clock, arrivals: Arrivals(),
            departures: departures
        ).add(to: router)
        StatisticsRoute(desk: jobs.statisticsDesk(), access: access).add(to: router)
        return DarkroomServer(
            address, router: router, news: jobs.news, departures: departures, connections: connections, logger: logger,
            onReady: onReady)
    }
}
