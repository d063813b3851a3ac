import CCurl

/// What belongs to the whole process.
enum Process {
    /// libcurl wants this once, before anything else; a static is initialised once whatever the threads do.
    private static let globalInit: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    static func prepareCurl() {
        precondition(globalInit == CURLE_OK, "curl_global_init failed with \(globalInit.rawValue)")
    }

    /// For the engine thread only, which runs no one else's code.
    static func blockPipeSignalOnThisThread() { ccurl_block_sigpipe() }

    static func raiseDescriptorLimit() -> Int { ccurl_raise_descriptor_limit() }
}
