import HTTPTypes
import Hummingbird

extension Request {
    /// Whether the client has what the tag stands for, so that 304 is enough.
    ///
    /// `If-None-Match` compares weakly (RFC 9110, 13.1.2): a proxy that compresses an answer on its way makes `W/"a"` of
    /// `"a"`. It may list several tags, or be `*`, which any fits.
    /// - Parameter tag: strong, as it stands in `ETag`.
    func hasMatch(for tag: String) -> Bool {
        headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }.contains { entry in
            let known = entry.drop { $0 == " " || $0 == "\t" }
            let strong = known.hasPrefix("W/") ? known.dropFirst(2) : known
            return strong.prefix { $0 != " " && $0 != "\t" } == tag || known == "*"
        }
    }
}
