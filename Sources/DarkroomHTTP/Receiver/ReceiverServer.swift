import Hummingbird
import JobModel
import Logging
import Orchestration

extension DarkroomServer {
    /// The webhook and job-state routes alone.
    public static func receiver(
        _ address: ListenAddress, jobs: JobService, artifacts: any ArtifactStore, access: Access,
        clock: any EngineClock, isReady: @escaping @Sendable () async -> Bool, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let router = baseRouter(isReady: isReady)
        ReceiverRoutes(jobs: jobs, artifacts: artifacts, access: access, clock: clock).add(to: router)
        return DarkroomServer(address, router: router, logger: logger, onReady: onReady)
    }

    /// The whole control plane: the receiver's routes, those by which jobs are asked for, and providers' callbacks.
    /// - Parameter replicateSecrets: nil takes Replicate's callbacks unsigned, from this machine only.
    public static func controlPlane(
        _ address: ListenAddress, jobs: JobService, artifacts: any ArtifactStore, access: Access,
        replicateSecrets: WebhookSecrets?, clock: any EngineClock,
        addresses: @escaping @Sendable () -> HandOutAddresses?,
        isReady: @escaping @Sendable () async -> Bool, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let router = baseRouter(isReady: isReady)
        ReceiverRoutes(jobs: jobs, artifacts: artifacts, access: access, clock: clock).add(to: router)
        ControlRoutes(jobs: jobs, submitter: jobs.submitter, artifacts: artifacts, access: access, addresses: addresses)
            .add(to: router)
        ReplicateWebhook(jobs: jobs, secrets: replicateSecrets, clock: clock).add(to: router)
        return DarkroomServer(address, router: router, logger: logger, onReady: onReady)
    }
}
