import CCurl

extension CurlClient {
    /// Of libcurl as it is loaded, with what does its TLS: `7.88.1 OpenSSL/3.0.15`.
    public static var libraryVersion: String {
        guard let info = curl_version_info(CURLVERSION_FIRST) else { return "unknown" }
        let version = String(cString: info.pointee.version)
        guard let tls = info.pointee.ssl_version else { return version }
        return "\(version) \(String(cString: tls))"
    }
}
