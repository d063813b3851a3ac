import CCurl

extension EasyHandle {
    /// Sets everything that one exchange needs, on a handle fresh or reset.
    func configure(for transfer: Transfer, _ settings: CurlClient.Configuration) throws(HTTPError) {
        let request = transfer.call.request
        try setRules(settings)
        try setLimits(transfer.call)
        try set(CURLOPT_URL, request.url)
        try setMethod(request)
        try set(headerLines: Self.headerLines(request))
        try setCallbacks(Unmanaged.passUnretained(transfer).toOpaque())
    }

    /// The same for all requests.
    private func setRules(_ settings: CurlClient.Configuration) throws(HTTPError) {
        try setErrorText()
        try set(CURLOPT_NOSIGNAL, 1)
        // Without it, ending a call during its lookup waits for the resolver's thread, and the engine with it.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        try set(CURLOPT_MAXAGE_CONN, max(0, Int(settings.maximumIdleAge.components.seconds)))
        try set(CURLOPT_BUFFERSIZE, Self.receiveBufferBytes)
        try set(CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        if let file = settings.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
    }

    /// Every call that waits for its answer holds one. libcurl's 16 kB would be the greater part of what a held call
    /// costs; 2 kB cost 1.4 ms of processor time more on a 2 MB body.
    private static let receiveBufferBytes = 2 * 1024

    /// Counted from the call's begin, not from here: it may have waited for a lookup. 0 would mean no limit.
    private func setLimits(_ call: Call) throws(HTTPError) {
        let now = ContinuousClock.now
        let longest = Int(Int32.max)
        try set(CURLOPT_TIMEOUT_MS, min(longest, max(1, (call.deadline - now).roundedUpMilliseconds)))
        try set(CURLOPT_CONNECTTIMEOUT_MS, min(longest, max(1, (call.connectDeadline - now).roundedUpMilliseconds)))
        // The answer to HEAD announces a body that does not follow.
        if call.request.method != "HEAD", call.request.maximumBodyBytes > 0 {
            try setLarge(CURLOPT_MAXFILESIZE_LARGE, call.request.maximumBodyBytes)
        }
    }

    private func setMethod(_ request: HTTPRequest) throws(HTTPError) {
        let alwaysHasBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        } else if request.body.isEmpty, !alwaysHasBody {
            try set(CURLOPT_HTTPGET, 1)
        } else {
            try set(CURLOPT_POST, 1)
            try setLarge(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
            // A small body leaves together with the head, so libcurl copies it anyway; a large one is read from the
            // request as the socket takes it.
            if request.body.isEmpty {
                try set(CURLOPT_COPYPOSTFIELDS, "")
            } else if request.body.count <= 16 * 1024 {
                try setCopied(CURLOPT_COPYPOSTFIELDS, request.body)
            } else {
                try set(CURLOPT_READFUNCTION, readBody)
            }
        }
        if request.method != "HEAD" { try set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func setCallbacks(_ context: UnsafeMutableRawPointer) throws(HTTPError) {
        try set(CURLOPT_PRIVATE, context: context)
        try set(CURLOPT_READDATA, context: context)
        try set(CURLOPT_HEADERFUNCTION, receiveHead)
        try set(CURLOPT_HEADERDATA, context: context)
        try set(CURLOPT_WRITEFUNCTION, receiveBody)
        try set(CURLOPT_WRITEDATA, context: context)
        try setSocketCallbacks(open: openSocket, beforeRequest: beforeRequest, context: context)
    }

    /// In libcurl's notation `Name:` takes a header away and `Name;` sends it empty.
    private static func headerLines(_ request: HTTPRequest) -> [String] {
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for (name, value) in request.headers {
            let isEmpty = value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            lines.append(isEmpty ? "\(name);" : "\(name): \(value)")
        }
        return lines
    }
}

// The callbacks' context is a transfer, which the engine keeps until the handle has left the multi handle.

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private let receiveHead: ccurl_data_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { start in
        transfer(context).takeHead(UnsafeBufferPointer(start: start, count: size * count)) ? size * count : 0
    }
}

private let receiveBody: ccurl_data_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { start in
        switch transfer(context).takeBody(UnsafeBufferPointer(start: start, count: size * count)) {
        case .taken: size * count
        case .refused: 0
        case .paused: Int(CURL_WRITEFUNC_PAUSE)
        }
    }
}

private let readBody: ccurl_data_callback = { bytes, size, count, context in
    guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
    return transfer(context).giveBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private let openSocket: curl_opensocket_callback = { context, _, peer in
    guard let context, let peer else { return CURL_SOCKET_BAD }
    return transfer(context).openSocket(peer)
}

private let beforeRequest: curl_prereq_callback = { context, peer, _, _, _ in
    guard let context else { return CURL_PREREQFUNC_ABORT }
    return transfer(context).mayBegin(peer: peer) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
