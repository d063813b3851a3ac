import CurlClient
import DarkroomCLI
import HTTPChannels
import ImageProviders
import Orchestration

extension ProviderFactory {
    /// For pictures whose URLs come in answers: at the provider itself, at hosts that it is known to keep them at, and at
    /// those of `DARKROOM_IMAGE_HOSTS`; the egress policy has the last word on all but the first.
    func downloadPolicy(origin: ProviderOrigin, hosts known: String = "") throws -> DownloadPolicy {
        let egress = try settings.egressPolicy()
        var policy = DownloadPolicy(origin: origin) { url in
            do throws(EgressError) {
                return .success(egress.filter(forHost: try egress.check(url: url).host))
            } catch {
                return .failure(DownloadPolicy.Refusal(error.message))
            }
        }
        policy.hosts = try HostList(known + " " + (settings.text("image-hosts") ?? ""))
        policy.allowsHTTP = egress.allowPrivateAddresses
        policy.connectTimeout = connectTimeout
        return policy
    }
}
