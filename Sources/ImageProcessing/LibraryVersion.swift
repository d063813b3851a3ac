import CVips

extension VipsImageProcessor {
    /// Of libvips as it is loaded: `8.14.1`.
    public static var libraryVersion: String { String(cString: vips_version_string()) }
}
