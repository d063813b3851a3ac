import JobModel

/// The images of jobs that give them no names are numbered from 0.
enum AssetNames {
    static func numbered(_ index: Int) throws(InvalidRequest) -> AssetID {
        do { return try AssetID("\(index)") } catch {
            throw InvalidRequest(field: "", message: error.message)
        }
    }
}
