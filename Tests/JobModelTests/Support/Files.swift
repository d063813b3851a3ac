import FoundationEssentials

/// A file of this repository, found from where this one was compiled.
func repositoryFile(_ path: String) -> String {
    let parts = "\(#filePath)".split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/" + path
}

/// A stored form that must not change by accident.
func golden(_ name: String) throws -> String {
    try String(contentsOfFile: repositoryFile("Tests/JobModelTests/Golden/\(name).json"), encoding: .utf8)
}
