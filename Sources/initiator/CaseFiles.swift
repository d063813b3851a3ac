import DarkroomCLI
import JSONCoding
import JobModel

/// Case files from disk.
enum CaseFiles {
    static func read(_ path: String) throws -> CaseFile {
        let limits = JSONLimits(maximumBytes: 4 << 20)
        let bytes = try FileReading.bytes(of: path, atMost: limits.maximumBytes)
        do throws(JSONError) {
            return try JSON.decode(CaseFile.self, from: bytes, limits: limits)
        } catch {
            let place = error.path.isEmpty ? "" : "\(error.path) "
            throw CommandFailure(Exit.usage, "\(path): \(place)\(error.message)")
        }
    }
}
