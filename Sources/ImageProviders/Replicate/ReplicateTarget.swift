/// Where a prediction of a model is ordered.
struct ReplicateTarget: Hashable, Sendable {
    static let rule =
        "owner/name, owner/name:version, a version of 64 hexadecimal digits, or deployments/owner/name"

    /// Begins with a slash.
    let path: String
    /// Goes into the body where the path does not say it all, in the spelling it came in.
    let version: String?

    /// Nil for what is none of ``rule``: names come from callers too, and go into a URL's path.
    init?(_ model: String) {
        let hexadecimal = model.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
            default: false
            }
        }
        if model.utf8.count == 64, hexadecimal {
            (path, version) = ("/v1/predictions", model)
            return
        }
        let parts = model.split(separator: ":", omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.allSatisfy({ ModelName.isSegment($0) }) else { return nil }
        switch (names.count, parts.count) {
        case (2, 1): (path, version) = ("/v1/models/\(names[0])/\(names[1])/predictions", nil)
        case (2, 2) where ModelName.isSegment(parts[1]): (path, version) = ("/v1/predictions", model)
        case (3, 1) where names[0] == "deployments":
            (path, version) = ("/v1/deployments/\(names[1])/\(names[2])/predictions", nil)
        default: return nil
        }
    }
}
