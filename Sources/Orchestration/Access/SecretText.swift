/// Texts that somebody may be guessing at.
public enum SecretText {
    /// Takes the same time wherever they differ; only their lengths show.
    public static func areSame(_ known: String, _ given: String) -> Bool {
        let (known, given) = (known.utf8, given.utf8)
        guard known.count == given.count else { return false }
        return zip(known, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
