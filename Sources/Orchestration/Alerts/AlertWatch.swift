import JobModel
import Logging

/// How alerts are looked for.
public struct AlertSettings: Sendable {
    public var rules: AlertRules
    /// Between two looks.
    public var interval: Milliseconds

    public init(rules: AlertRules = AlertRules(), interval: Milliseconds = 60_000) {
        self.rules = rules
        self.interval = interval
    }
}

/// Looks regularly whether images fail or budgets run out, and has the ``AlertDesk`` tell.
struct AlertWatch: Sendable {
    static let kinds: Set<Alert.Kind> = [.imagesFailing, .budgetNear, .budgetSpent]

    let desk: AlertDesk
    let statistics: StatisticsDesk
    /// Nil where the owners' accounts are left alone.
    let budgets: BudgetReader?
    let settings: AlertSettings
    let clock: any EngineClock
    let logger: Logger

    /// Looks in regular pauses until the task is canceled. The first look reads every job, and leaves the start to what
    /// has to be served.
    func run() async {
        while !Task.isCancelled {
            await clock.sleep(until: clock.now() + settings.interval)
            await look()
        }
    }

    func look() async {
        do {
            let (figures, areJobsWhole) = try await statistics.figures(of: nil, window: settings.rules.window)
            let isStanding = try desk.book().isStanding(.imagesFailing)
            var holding = [settings.rules.imagesFailing(figures, isStanding: isStanding)].compactMap { $0 }
            var kinds: Set<Alert.Kind> = [.imagesFailing]
            if let budgets {
                let (alerts, areAccountsWhole) = try await budgets.alerts(settings.rules)
                holding += alerts
                kinds = Self.kinds
                if !areAccountsWhole { noteIncomplete("more accounts have spent something than are looked at") }
            }
            if !areJobsWhole { noteIncomplete("more jobs have ended in the window than are looked at") }
            try await desk.observe(holding, of: kinds)
        } catch let error as StoreError {
            logger.error("alert.look_failed", metadata: ["error": "\(error.message)"])
        } catch {
            // The task was canceled.
        }
    }

    /// An alert may be missed.
    private func noteIncomplete(_ reason: String) {
        logger.error("alert.look_incomplete", metadata: ["error": "\(reason)"])
    }
}
