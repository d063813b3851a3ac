import JobModel

/// Where a film project's pictures lie, below the server's own address:
///
///     asset-images/project_{id}/branch_{id}/master-assets/asset_key_{job}_{n}.png
///     asset-images/project_{id}/branch_{id}/scene_{id}/shot_{id}/start_frame_{job}_{n}.png
///
/// The name of the file names the job, so that no index is needed to find it.
enum ScenePath {
    static let root = "asset-images"

    static func path(of index: Int, _ job: JobID, _ details: SceneDetails) -> String {
        var parts = [root, "project_\(details.projectID)", "branch_\(details.branchID)"]
        if let scene = details.sceneID {
            parts.append("scene_\(scene)")
            if let shot = details.shotID { parts.append("shot_\(shot)") }
        } else {
            parts.append("master-assets")
        }
        parts.append("\(details.jobType.rawValue)_\(job)_\(index).png")
        return parts.joined(separator: "/")
    }

    /// The job and the number of the picture that a file's name speaks of; whether it lies there is another question.
    static func name(_ file: Substring) -> (job: JobID, index: Int)? {
        guard file.hasSuffix(".png"),
            let type = SceneDetails.JobType.allCases.first(where: { file.hasPrefix("\($0.rawValue)_") })
        else { return nil }
        let rest = file.dropFirst(type.rawValue.count + 1).dropLast(".png".count)
        guard let gap = rest.lastIndex(of: "_"), let index = Int(rest[rest.index(after: gap)...]), index >= 0,
            let job = try? JobID(String(rest[..<gap]))
        else { return nil }
        return (job, index)
    }
}
