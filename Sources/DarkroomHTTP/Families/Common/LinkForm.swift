import Hummingbird
import JobModel

/// How a reader wants links to pictures.
enum LinkForm: String, CaseIterable, Sendable {
    /// As they are: whoever follows them needs a token.
    case links
    /// Good for a while without one.
    case signed
    /// The pictures themselves, as `data:` URIs.
    case inline

    /// From the query's `images`; ``links`` where it says nothing.
    /// - Parameter forms: those that the route knows.
    static func of(_ request: Request, among forms: [LinkForm]) throws(InvalidRequest) -> LinkForm {
        guard let text = request.uri.queryParameters["images"] else { return .links }
        guard let form = LinkForm(rawValue: String(text)), forms.contains(form) else {
            let names = forms.map(\.rawValue).joined(separator: ", ")
            throw InvalidRequest(field: "images", message: "must be one of: \(names)")
        }
        return form
    }
}
