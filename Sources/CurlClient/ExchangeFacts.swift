import CCurl

/// What the callbacks learned about an exchange that libcurl's result alone does not say.
struct ExchangeFacts {
    var addressesTried = 0
    var addressesRefused = 0
    /// A connection was ready and the request was about to be written.
    var hasBegun = false
    var isRepeatRefused = false
    var isHeadRefused = false
    var isBodyTooLarge = false
    var isPastDeadline = false
    var socketError: Int32 = 0

    /// - Parameter result: libcurl's, of an exchange that brought no whole answer, so that success means broken.
    func code(for result: CURLcode) -> HTTPError.Code {
        if isBodyTooLarge { return .bodyTooLarge }
        if isRepeatRefused || isHeadRefused { return result == CURLE_OPERATION_TIMEDOUT ? .timeout : .broken }
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            // libcurl has one result for both deadlines.
            return hasBegun || isPastDeadline ? .timeout : .connectTimeout
        case CURLE_FILESIZE_EXCEEDED: return .bodyTooLarge
        case _ where hasBegun: return .broken
        case CURLE_COULDNT_RESOLVE_HOST: return .nameNotFound
        case CURLE_ABORTED_BY_CALLBACK: return .addressRefused
        case CURLE_COULDNT_CONNECT:
            return addressesRefused > 0 && addressesTried == 0 ? .addressRefused : .connectFailed
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED: return .invalidRequest
        default: return .connectFailed
        }
    }

    /// Where libcurl's words would mislead; nil otherwise.
    func message(filter: AddressFilter?) -> String? {
        if isBodyTooLarge { return "the answer's body is longer than allowed" }
        if isRepeatRefused { return "the reused connection died after the request was sent; it is not sent again" }
        if isHeadRefused { return "the answer's head is malformed or longer than allowed" }
        if hasBegun { return nil }
        if let filter, addressesRefused > 0, addressesTried == 0 {
            return "the peer's address is not allowed (\(filter.name))"
        }
        if socketError != 0 { return "no socket: \(String(cString: strerror(socketError)))" }
        return nil
    }
}
