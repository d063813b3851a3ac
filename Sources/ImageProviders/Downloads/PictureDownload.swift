import CurlClient
import JobModel
import Orchestration

/// A picture that was fetched.
public struct DownloadedPicture: Hashable, Sendable {
    public var bytes: [UInt8]
    /// As its host claims, without parameters; never trusted.
    public var mediaType: String?
    /// Its place among the answers in memory, to be kept as long as the bytes; nil for a small one and a `data:` URI.
    public var hold: Hold?
}

/// Fetches a picture whose URL came in a provider's answer.
///
/// Such a URL is foreign: it is checked by text before anything is done, its host's addresses at each connect, redirects
/// are not followed, and the key goes only where the policy says.
public struct PictureDownload: Sendable {
    /// `providerCode` of a URL that may not be fetched.
    public static let notAllowedCode = "URL_NOT_ALLOWED"

    private let policy: DownloadPolicy
    private let key: ProviderKey?
    private let http: any HTTPSending
    private let answerRoom: AnswerRoom?
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - key: sent as `Authorization: Bearer` to the policy's key hosts and to its origin; nil sends none.
    ///   - answerRoom: bounds the pictures in memory, together with the provider's own answers.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ policy: DownloadPolicy, key: ProviderKey?, over http: any HTTPSending, answerRoom: AnswerRoom? = nil,
        now: @escaping @Sendable () -> Int64 = SystemTime.now
    ) {
        self.policy = policy
        self.key = key
        self.http = http
        self.answerRoom = answerRoom
        self.now = now
    }

    /// Gets the picture at `url`, or out of it if it is a `data:` URI in base64.
    ///
    /// Every failure has phase `answerRead`: the picture was made, and with it the call was billed. `unusableOutput`
    /// without retry for a URL that is not allowed (`URL_NOT_ALLOWED`) and for a redirect; with retry for a picture that
    /// is empty, too large, gone (its status is in `context`) or not base64. Otherwise `network`, `timeout`,
    /// `rateLimited` or `providerFailure`, to be tried again, or `canceled`. Fetching is not billed and leaves nothing
    /// behind.
    ///
    /// - Parameters:
    ///   - timeout: what is left of the attempt.
    ///   - provider: for `MediaError.provider`.
    public func fetch(
        _ url: String, timeout: Duration, provider: String
    ) async -> Result<DownloadedPicture, MediaError> {
        let failures = DownloadFailures(provider: provider, key: key, now: now)
        if DataURI.isOne(url) { return read(dataURI: url, failures) }
        let permission: DownloadPolicy.Permission
        switch policy.permission(for: url) {
        case .success(let given): permission = given
        case .failure(let refusal): return .failure(failures.notAllowed(refusal))
        }
        guard timeout > .zero else { return .failure(failures.noTime(host: permission.host)) }
        do throws(HTTPError) {
            return failures.read(
                try await http.send(request(url, permission, timeout: timeout)), host: permission.host)
        } catch {
            return .failure(failures.transport(error, host: permission.host))
        }
    }

    private func request(_ url: String, _ permission: DownloadPolicy.Permission, timeout: Duration) -> HTTPRequest {
        var headers = [(name: "accept", value: "image/*")]
        if permission.showsKey, let key { headers.append(("authorization", "Bearer \(key.text)")) }
        return HTTPRequest(
            "GET", url, headers: headers, connectTimeout: min(policy.connectTimeout, timeout), timeout: timeout,
            maximumBodyBytes: policy.maximumBytes, addressFilter: permission.addressFilter, answerRoom: answerRoom)
    }

    private func read(
        dataURI text: String, _ failures: DownloadFailures
    ) -> Result<DownloadedPicture, MediaError> {
        do throws(DataURI.Failure) {
            let (bytes, mediaType) = try DataURI.decode(text, maximumBytes: policy.maximumBytes)
            guard !bytes.isEmpty else { return .failure(failures.empty()) }
            return .success(DownloadedPicture(bytes: bytes, mediaType: mediaType, hold: nil))
        } catch {
            return .failure(failures.dataURI(error))
        }
    }
}
