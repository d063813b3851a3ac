import JobModel

/// A job as it is drawn over and over on a terminal: one bar for the whole, one for each kind of image, one for each
/// image. What does not fit in height is summed up in a last line.
struct ProgressPicture {
    let job: JobRecord
    let now: Milliseconds
    let size: Terminal.Size

    private static let imageBar = 6

    func lines() -> [StyledLine] {
        var lines = [head]
        if let error = job.lastError, !job.isFinal {
            lines.append(line("  ! \(error)", .yellow))
        }
        let kinds = kinds
        if kinds.count > 1 { lines += kinds.map { bar(for: "\($0.kind)", $0.assets) } }
        // The last row stays free: a line feed there would scroll the first one away.
        let room = max(1, size.rows - 1)
        return Array((lines + rows(atMost: room - lines.count)).prefix(room))
    }

    private var head: StyledLine {
        var line = StyledLine()
        line.add("\(job.caseID)  ", .bold)
        line.add("\(Self.bar(job.completedImages, of: job.assets.count, width: barWidth)) ", .green)
        line.add("\(job.completedImages)/\(job.assets.count)  ")
        line.add(JobText.standing(of: job), style(of: job.status))
        line.add("  \(Self.span((job.completedAt ?? now) - job.createdAt))")
        if job.cost.micros > 0 { line.add("  cost \(MoneyText.amount(job.cost.micros))") }
        return line
    }

    private var barWidth: Int { max(8, min(28, size.columns / 3)) }

    private func bar(for name: String, _ assets: [JobAsset]) -> StyledLine {
        let made = assets.count { $0.status == .generated }
        let failed = assets.count { $0.status.isFailure }
        var line = StyledLine()
        line.add("  \(TerminalText.fitted(name, to: 12)) ")
        line.add("\(Self.bar(made, of: assets.count, width: barWidth)) ", .green)
        line.add("\(made)/\(assets.count)")
        if failed > 0 { line.add("  \(failed) failed", .red) }
        return line
    }

    /// In the order of their first image.
    private var kinds: [(kind: AssetKind, assets: [JobAsset])] {
        var kinds: [(kind: AssetKind, assets: [JobAsset])] = []
        for asset in job.assets {
            if let place = kinds.firstIndex(where: { $0.kind == asset.kind }) {
                kinds[place].assets.append(asset)
            } else {
                kinds.append((asset.kind, [asset]))
            }
        }
        return kinds
    }

    /// All images in their order; if they are too many, those first of which there is most to say.
    private func rows(atMost room: Int) -> [StyledLine] {
        guard job.assets.count > room else { return job.assets.map(row) }
        guard room > 1 else { return [] }
        let byInterest = job.assets.enumerated().sorted {
            (Self.interest($0.element.status), $0.offset) < (Self.interest($1.element.status), $1.offset)
        }
        let shown = byInterest.prefix(room - 1).sorted { $0.offset < $1.offset }.map { row($0.element) }
        let rest = byInterest.dropFirst(room - 1).map(\.element)
        let sums = AssetState.allCases.compactMap { state -> String? in
            let count = rest.count { $0.status == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }
        return shown + [line("  and \(rest.count) more: \(sums.joined(separator: ", "))", .faint)]
    }

    private static func interest(_ state: AssetState) -> Int {
        switch state {
        case .generating, .retrying: 0
        case .failed, .needsPromptUpdate, .held, .canceled: 1
        case .generated: 2
        case .queued: 3
        }
    }

    private func row(_ asset: JobAsset) -> StyledLine {
        let style = style(of: asset.status)
        var line = StyledLine()
        line.add("  \(JobText.mark(asset.status)) ", style)
        line.add("\(TerminalText.fitted(asset.id.text, to: idWidth)) ")
        line.add("\(bar(of: asset)) ", style)
        line.add(TerminalText.fitted(asset.status.rawValue, to: 10), style)
        line.add(" \(TerminalText.fitted(TerminalText.line(asset.name), to: nameWidth))")
        line.add("  \(facts(of: asset))", .faint)
        return line
    }

    private var idWidth: Int { min(20, job.assets.map { $0.id.text.count }.max() ?? 0) }

    private var nameWidth: Int {
        let longest = job.assets.lazy.map { TerminalText.columns(of: TerminalText.line($0.name)) }.max() ?? 0
        return min(longest, max(0, size.columns - idWidth - 40), 32)
    }

    /// Full or empty; what is being made moves with the time.
    private func bar(of asset: JobAsset) -> String {
        let width = Self.imageBar
        switch asset.status {
        case .generated: return String(repeating: "█", count: width)
        case .queued: return String(repeating: "░", count: width)
        case .retrying: return String(repeating: "▒", count: width)
        case .failed, .needsPromptUpdate, .held, .canceled: return String(repeating: "─", count: width)
        case .generating:
            let place = Int((now / 500) % Int64(width))
            return String((0..<width).map { $0 == place || $0 == (place + 1) % width ? "█" : "░" })
        }
    }

    private func facts(of asset: JobAsset) -> String {
        var facts: [String] = []
        if let provider = asset.source?.provider ?? asset.provider { facts.append(provider) }
        if asset.source?.isFallback == true { facts.append("fallback") }
        if asset.totalAttempts > 1 { facts.append("\(asset.totalAttempts) calls") }
        if asset.totalCost.micros > 0 { facts.append(MoneyText.amount(asset.totalCost.micros)) }
        if asset.status != .generated, let error = asset.error { facts.append(error.kind.rawValue) }
        return facts.joined(separator: ", ")
    }

    private func style(of state: AssetState) -> StyledLine.Style {
        switch state {
        case .generated: .green
        case .generating, .retrying: .yellow
        case .failed, .needsPromptUpdate, .held: .red
        case .queued, .canceled: .faint
        }
    }

    private func style(of status: JobStatus) -> StyledLine.Style {
        switch status {
        case .completed: .green
        case .pending, .generating, .partial: .yellow
        case .failed, .canceled: .red
        }
    }

    private func line(_ text: String, _ style: StyledLine.Style) -> StyledLine {
        var line = StyledLine()
        line.add(text, style)
        return line
    }

    private static func bar(_ done: Int, of total: Int, width: Int) -> String {
        let filled = total > 0 ? width * done / total : 0
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    /// `7 s`, `3 min 5 s`.
    private static func span(_ length: Milliseconds) -> String {
        let seconds = max(0, length) / 1_000
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    }
}
