import CJansson

extension JSON {
    /// Of jansson as it is loaded: `2.14`.
    public static var libraryVersion: String { String(cString: jansson_version_str()) }
}
