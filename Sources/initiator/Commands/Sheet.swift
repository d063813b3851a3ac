import ArgumentParser
import DarkroomCLI
import ImageProcessing
import JSONCoding
import JobModel
import LMDBStore
import Orchestration

struct Sheet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one JPEG of all images of a case, with captions and states.")

    @OptionGroup var job: JobOption
    @OptionGroup var options: StoreOptions

    @Option(help: "The file to write. (default: CASEID.jpg)", completion: .file(extensions: ["jpg"]))
    var out: String?

    private struct Outcome: Encodable {
        var file: String
        var bytes: Int
    }

    func run() async throws {
        let key = try job.key()
        let path = out ?? "\(key.caseID).jpg"
        let jpeg = try await Session.run(options) { session -> [UInt8] in
            let job = try session.job(key, session.jobs(http: nil)).record
            var tiles: [ContactSheet.Tile] = []
            for asset in job.assets { tiles.append(try await tile(asset, job, session.store)) }
            let status = "\(job.status.rawValue) \(job.completedImages)/\(job.assets.count)"
            let sheet = ContactSheet(title: key.caseID.text, status: status, tiles: tiles)
            switch await VipsImageProcessor().rasterize(sheet.svg, as: .jpeg(quality: 85)) {
            case .success(let bytes): return bytes
            case .failure(let error): throw CommandFailure(.failure, "the sheet cannot be drawn: \(error.message)")
            }
        }
        try FileReading.write(jpeg, to: path)
        guard options.json else { return StandardStreams.write("\(path)\n", to: .output) }
        StandardStreams.write(
            try JSON.encode(Outcome(file: path, bytes: jpeg.count)) + [UInt8(ascii: "\n")], to: .output)
    }

    private func tile(_ asset: JobAsset, _ job: JobRecord, _ store: LMDBStore) async throws -> ContactSheet.Tile {
        var picture: [UInt8]?
        if let hash = asset.picture?.hash { picture = try await store.artifact(hash, owner: job.owner) }
        return ContactSheet.Tile(
            id: asset.id, name: asset.name, kind: asset.kind, state: asset.status, reason: asset.error?.message,
            isFallback: asset.source?.isFallback ?? false, provider: asset.source?.provider, jpeg: picture)
    }
}
