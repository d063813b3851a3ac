import JobModel

/// The one place where the ways to fail of OpenAI's images API become ours. All tables.
extension OpenAIFailureBody {
    private static let refusals: Set = [
        "moderation_blocked", "content_policy_violation", "content_filter", "content_filtered", "safety_violation",
        "responsibleaipolicyviolation",
    ]
    private static let quotas: Set = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded",
    ]
    private static let keys: Set = [
        "invalid_api_key", "authentication_error", "permission_error", "account_deactivated", "invalid_organization",
    ]
    private static let models: Set = ["model_not_found", "not_found_error"]
    private static let limits: Set = ["rate_limit_exceeded", "rate_limit_error", "requests", "tokens"]

    /// In what words a refusal comes when the code does not say it. Whole phrases: an overloaded filter is no refusal.
    private static let phrases = [
        "safety system", "content policy", "content_policy", "content policies", "content management policy",
        "moderation_blocked", "safety_violations", "blocked by moderation", "blocked by our moderation",
        "rejected by moderation", "flagged by moderation", "filtered due to",
    ]

    /// Statuses under which gateways hand on a refusal with nothing but its words; the other 5xx are of the machinery.
    private static let statusesOfRefusals: Set = [400, 403, 422, 451, 500]

    /// What the answer means to us.
    func verdict(status: Int) -> Verdict {
        let (codes, message) = words
        func has(_ table: Set<String>) -> Bool { codes.contains(where: table.contains) }
        if has(Self.refusals) { return Verdict(.refused, retry: false) }
        if has(Self.quotas) { return Verdict(.quotaExhausted, retry: false) }
        if has(Self.keys) { return Verdict(.unauthorized, retry: false) }
        if has(Self.models) { return Verdict(.notFound, retry: false) }
        if has(Self.limits) { return Verdict(.rateLimited, retry: true) }
        if Self.statusesOfRefusals.contains(status), Self.phrases.contains(where: message.contains) {
            return Verdict(.refused, retry: false)
        }
        return Verdict(status: status)
    }
}
