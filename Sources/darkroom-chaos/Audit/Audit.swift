import CurlClient
import ImageProcessing
import JobModel
import Orchestration
import ProcessDriving

/// Looks at everything once more after the end, from outside.
struct Audit: Sendable {
    let stage: Stage
    let client: JobClient
    let ledger: Ledger
    let calls: CallLedger
    let findings: Findings

    struct Sums: Sendable {
        var statuses: [String: Int] = [:]
        var pictures = 0
        var unresolved = 0
        var unlabelled = 0
        /// Of the unresolved: ordered by a worker that had the job while it was handed to the other.
        var takenOver = 0
        var moved = 0
        var lost = 0
        /// Jobs compared with their worker's own view, and those whose worker held them no more.
        var compared = 0
        var notHeld = 0
    }

    private static let width = 8
    private static let thumbnail = ImageTransform.coverJPEG(size: PixelSize(width: 16, height: 16), quality: 50)

    /// - Throws: if the provider's record cannot be read.
    func run() async throws -> Sums {
        try await calls.look()
        let orders = calls.byImage()
        let kills = stage.workers.flatMap(\.kills)
        let processor = VipsImageProcessor(threads: 2)
        let outcomes = ledger.outcomes.sorted { $0.key < $1.key }
        let sums = await withTaskGroup(of: Sums.self) { group in
            var sums = Sums()
            for (index, outcome) in outcomes.enumerated() {
                if index >= Self.width, let done = await group.next() { sums.add(done) }
                group.addTask { await check(outcome.value, id: outcome.key, orders, kills, processor) }
            }
            for await done in group { sums.add(done) }
            return sums
        }
        await processor.shutdown()
        return sums
    }

    private func check(
        _ outcome: Ledger.Outcome, id: String, _ orders: [CallLedger.Image: [SimulatorControl.Call]],
        _ kills: [Double], _ processor: VipsImageProcessor
    ) async -> Sums {
        var sums = Sums()
        guard outcome.isFinal, let job = await again(outcome, id) else {
            sums.lost = 1
            return sums
        }
        sums.statuses[job.status] = 1
        sums.moved = job.epoch > 1 ? 1 : 0
        let untold = job.epoch > 1 ? await money(ofEarlierEpochs: job) : [:]
        for asset in job.assets {
            let image = CallLedger.Image(caseID: id, asset: asset.id)
            let bill = Bill(
                asset, orders[image] ?? [], shownAt: outcome.history.shownAt[asset.id], epoch: job.epoch,
                untold: untold[asset.id] ?? 0, kills: kills)
            sums.takenOver += bill.takenOver
            sums.unresolved += bill.unresolved
            sums.unlabelled += bill.unlabelled
            for complaint in bill.complaints { findings.add("\(id): \(asset.id): \(complaint)") }
        }
        for (asset, link) in job.pictures {
            sums.pictures += 1
            if let complaint = await fault(of: link, processor) { findings.add("\(id): \(asset): \(complaint)") }
        }
        await compare(job, &sums)
        return sums
    }

    /// A job that has ended stays as it was.
    private func again(_ outcome: Ledger.Outcome, _ id: String) async -> JobDocument? {
        guard let server = stage.control.url else { return nil }
        do {
            guard case .job(let job) = try await client.job(id, at: server, after: nil) else {
                findings.add("\(id): LOST, it had ended and cannot be read")
                return nil
            }
            var history = outcome.history
            for complaint in history.observe(job, at: WallClock.now) { findings.add(complaint) }
            return job
        } catch {
            findings.add("\(id): it cannot be read: \(error)")
            return nil
        }
    }

    private func fault(of link: String, _ processor: VipsImageProcessor) async -> String? {
        guard let reply = await client.get(link), reply.status == 200 else { return "its picture cannot be fetched" }
        let hash = link.split(separator: "/").last.map(String.init) ?? ""
        guard "\(ContentHash(of: reply.body))" == hash else { return "its picture has another hash than its link" }
        guard reply.body.starts(with: [0xFF, 0xD8, 0xFF]) else { return "its picture is no JPEG" }
        if case .failure(let error) = await processor.transform(reply.body, as: Self.thumbnail) {
            return "its picture does not decode: \(error.message)"
        }
        return nil
    }

    // MARK: The worker's view

    /// By asset, what workers of earlier epochs have on record.
    private func money(ofEarlierEpochs job: JobDocument) async -> [String: Int] {
        var money: [String: Int] = [:]
        for worker in stage.workers where worker.proxy.url != job.worker {
            guard let url = worker.url else { continue }
            do {
                guard let run = try await client.run(job.jobId, at: url), run.epoch < job.epoch else { continue }
                for asset in run.assets {
                    money[asset.id, default: 0] += asset.cost.map { $0.micros + $0.possibleMicros } ?? 0
                }
            } catch {
                findings.add("\(job.caseId): an earlier run cannot be read: \(error)")
            }
        }
        return money
    }

    private func compare(_ job: JobDocument, _ sums: inout Sums) async {
        guard let worker = stage.worker(at: job.worker)?.url else { return findings.add("\(job.caseId): no worker") }
        do {
            guard let run = try await client.run(job.jobId, at: worker) else {
                sums.notHeld += 1
                return
            }
            sums.compared += 1
            for complaint in job.epoch == 1 ? differences(job, run) : await strangers(in: job, run) {
                findings.add("\(job.caseId): receiver and worker differ: \(complaint)")
            }
        } catch {
            findings.add("\(job.caseId): its run cannot be read: \(error)")
        }
    }

    /// Of a job that two workers had, the first picture of each image stands, whoever made it.
    private func strangers(in job: JobDocument, _ run: RunDocument) async -> [String] {
        var known = Set(run.assets.compactMap(\.picture?.hash))
        for worker in stage.workers where worker.proxy.url != job.worker {
            guard let url = worker.url, let earlier = try? await client.run(job.jobId, at: url) else { continue }
            known.formUnion(earlier.assets.compactMap(\.picture?.hash))
        }
        var complaints = job.pictures.filter { link in
            link.value.split(separator: "/").last.map { !known.contains(String($0)) } ?? true
        }.map { "no worker made \($0.key) as it is shown" }
        if job.epoch != run.epoch { complaints.append("epochs \(job.epoch) and \(run.epoch)") }
        return complaints
    }

    private func differences(_ job: JobDocument, _ run: RunDocument) -> [String] {
        var complaints: [String] = []
        let (ours, theirs) = ((job.epoch, job.version, job.status), (run.epoch, run.version, run.status))
        if ours != theirs { complaints.append("\(ours) and \(theirs)") }
        if Set(job.failedIds) != Set(run.failedIds) {
            complaints.append("\(job.failedIds) and \(run.failedIds) failed")
        }
        let views = Dictionary(run.assets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for asset in job.assets {
            guard let view = views[asset.id] else {
                complaints.append("the run has no \(asset.id)")
                continue
            }
            let hash = asset.image?.split(separator: "/").last.map(String.init)
            if asset.status != view.status || asset.attempts != view.attempts || hash != view.picture?.hash {
                complaints.append(
                    "\(asset.id) is \(asset.status) after \(asset.attempts) attempts (\(hash ?? "no picture")), "
                        + "\(view.status) after \(view.attempts) (\(view.picture?.hash ?? "no picture"))")
            }
        }
        return complaints
    }
}

extension Audit.Sums {
    mutating func add(_ other: Audit.Sums) {
        statuses.merge(other.statuses) { $0 + $1 }
        pictures += other.pictures
        unresolved += other.unresolved
        unlabelled += other.unlabelled
        takenOver += other.takenOver
        moved += other.moved
        lost += other.lost
        compared += other.compared
        notHeld += other.notHeld
    }
}
