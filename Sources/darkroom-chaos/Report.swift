/// A run as a Markdown table.
struct Report {
    let plan: Plan
    let account: Run.Account
    let findings: [String]

    var text: String {
        let (sums, messages) = (account.sums, account.messages)
        let victims = account.kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let statuses = sums.statuses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let kills = account.kills.values.reduce(0, +)
        let rows = [
            ("seed", "\(plan.seed)"),
            ("kill -9", kills == 0 ? "0" : "\(kills): \(victims)"),
            ("cases on record", "\(account.asked - account.unrecorded): \(statuses)"),
            ("asked for and cut off before anything was recorded", "\(account.unrecorded)"),
            ("lost, or not ended (must be 0)", "\(sums.lost)"),
            ("pictures fetched, hash-true, decoded", "\(sums.pictures)"),
            ("orders at the provider", "\(account.calls)"),
            ("jobs handed to the other worker", "\(sums.moved)"),
            ("orders beyond one a picture, labelled or in the costs", "\(sums.unresolved - sums.unlabelled)"),
            ("of those, by a worker that had the job while it was handed on", "\(sums.takenOver)"),
            ("the same, not labelled (must be 0)", "\(sums.unlabelled)"),
            ("jobs equal to their worker's view", "\(sums.compared) compared, \(sums.notHeld) no longer held"),
            (
                "messages between the processes",
                "\(messages.seen): \(messages.dropped) dropped, \(messages.cut) cut, \(messages.delayed) delayed, "
                    + "\(messages.doubled) doubled, \(messages.late) behind later ones; "
                    + "\(messages.unanswered) met a dead process"
            ),
            ("time", "\(account.killing.rounded) s of trouble, all ended after \(account.ending.rounded) s"),
            ("violations (must be 0)", "\(findings.count)"),
        ]
        return "| | |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }
}
