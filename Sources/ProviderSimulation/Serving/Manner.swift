/// How an answer reaches its client, or does not.
enum Manner: Hashable, Sendable {
    case whole
    case hangBeforeHeaders
    case hangAfterHeaders
    case drip(intervalMs: Int)
    case closeBeforeHeaders
    case reset
    case closeMidBody
    /// This many bytes of picture data inside.
    case hugeBody(bytes: Int, declared: Bool)
}

extension Ending {
    var manner: Manner {
        switch self {
        case .hangBeforeHeaders, .prediction(.hangCreate): .hangBeforeHeaders
        case .hangAfterHeaders: .hangAfterHeaders
        case .drip(let interval): .drip(intervalMs: interval)
        case .closeBeforeHeaders: .closeBeforeHeaders
        case .reset: .reset
        case .closeMidBody: .closeMidBody
        case .hugeBody(let bytes, let declared): .hugeBody(bytes: bytes, declared: declared)
        default: .whole
        }
    }
}
