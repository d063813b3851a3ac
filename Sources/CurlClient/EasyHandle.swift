import CCurl

/// Owns a libcurl easy handle and the list and text that the handle points to. Belongs to the engine thread.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?

    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    /// Back to the defaults, for the next request. The handle must not be in a multi handle.
    func reset() {
        curl_easy_reset(pointer)
        curl_slist_free_all(headers)
        headers = nil
        errorText[0] = 0
    }

    /// Reads on after a pause. A failure comes out as the end of the transfer.
    func resume() { curl_easy_pause(pointer, CURLPAUSE_CONT) }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(option, ccurl_set_long(pointer, option, value))
    }

    func setLarge(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(option, ccurl_set_off_t(pointer, option, curl_off_t(value)))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(option, ccurl_set_text(pointer, option, value))
    }

    func set(_ option: CURLoption, context: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(option, ccurl_set_pointer(pointer, option, context))
    }

    func set(_ option: CURLoption, _ callback: ccurl_data_callback) throws(HTTPError) {
        try check(option, ccurl_set_data_callback(pointer, option, callback))
    }

    /// libcurl copies the bytes; ask for it after the size was set.
    func setCopied(_ option: CURLoption, _ bytes: [UInt8]) throws(HTTPError) {
        try check(option, bytes.withUnsafeBytes { ccurl_set_pointer(pointer, option, $0.baseAddress) })
    }

    func setSocketCallbacks(
        open: curl_opensocket_callback, beforeRequest: curl_prereq_callback, context: UnsafeMutableRawPointer
    ) throws(HTTPError) {
        try check(CURLOPT_OPENSOCKETFUNCTION, ccurl_set_open_socket(pointer, open))
        try set(CURLOPT_OPENSOCKETDATA, context: context)
        try check(CURLOPT_PREREQFUNCTION, ccurl_set_prerequest(pointer, beforeRequest))
        try set(CURLOPT_PREREQDATA, context: context)
    }

    func setErrorText() throws(HTTPError) {
        try check(CURLOPT_ERRORBUFFER, ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    }

    func set(headerLines: [String]) throws(HTTPError) {
        for line in headerLines {
            guard let longer = curl_slist_append(headers, line) else { throw Self.outOfMemory }
            headers = longer
        }
        try check(CURLOPT_HTTPHEADER, ccurl_set_pointer(pointer, CURLOPT_HTTPHEADER, headers))
    }

    /// Of the request's head (and what of the body went with it), over all connections tried. 0 proves that nothing
    /// of the request has left.
    var requestBytesSent: Int {
        var value = 0
        return ccurl_get_long(pointer, CURLINFO_REQUEST_SIZE, &value) == CURLE_OK ? value : 1
    }

    /// nil if the answer did not say.
    var announcedBodyBytes: Int? {
        var value: curl_off_t = -1
        let code = ccurl_get_off_t(pointer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &value)
        return code == CURLE_OK && value >= 0 ? Int(value) : nil
    }

    /// What libcurl wrote about the last failure, else the code's own name.
    func message(for code: CURLcode) -> String {
        let text = errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).filter { $0.value >= 0x20 }))
    }

    private func check(_ option: CURLoption, _ code: CURLcode) throws(HTTPError) {
        guard code == CURLE_OK else {
            let text = String(cString: curl_easy_strerror(code))
            throw HTTPError(.invalidRequest, phase: .beforeSend, message: "libcurl option \(option.rawValue): \(text)")
        }
    }

    static let outOfMemory = HTTPError(.invalidRequest, phase: .beforeSend, message: "out of memory")
}
