/// A header's value with its parameters: `form-data; name="a"`.
struct HeaderValue: Hashable, Sendable {
    /// In lower case.
    var value: String
    /// By their names in lower case; the first of several of one name.
    var parameters: [String: String]

    /// Nil for what is no such value.
    init?(_ text: String) {
        var rest = Substring(text)
        value = HeaderValue.trimmed(rest.prefix { $0 != ";" }).lowercased()
        guard !value.isEmpty else { return nil }
        rest = rest.drop { $0 != ";" }
        parameters = [:]
        while rest.first == ";" {
            rest = rest.dropFirst()
            rest = rest.drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let name = HeaderValue.trimmed(rest.prefix { $0 != "=" && $0 != ";" }).lowercased()
            rest = rest.drop { $0 != "=" && $0 != ";" }
            guard rest.first == "=", !name.isEmpty else { return nil }
            rest = rest.dropFirst()
            guard let value = HeaderValue.parameter(&rest) else { return nil }
            if parameters[name] == nil { parameters[name] = value }
        }
        guard rest.isEmpty else { return nil }
    }

    /// A token, or a text in quotation marks; nil for one that does not end.
    private static func parameter(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" }
            rest = rest.dropFirst(token.count)
            return trimmed(token)
        }
        rest = rest.dropFirst()
        var text = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"":
                rest = rest.drop { $0 == " " || $0 == "\t" }
                return text
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            default: text.append(next)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(String(text.drop(while: isSpace)).reversed().drop(while: isSpace).reversed())
    }
}

extension FormPart {
    /// - Parameter bytes: the part's header lines, the first behind a line's end.
    init(headers bytes: some Sequence<UInt8>) throws(MultipartError) {
        // By scalars: a carriage return and a line feed are one Character.
        let lines = String(decoding: Array(bytes), as: UTF8.self).unicodeScalars
            .split { $0 == "\r" || $0 == "\n" }.map { String(String.UnicodeScalarView($0)) }
        var fields: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else {
                throw MultipartError("has a part with a header that is none")
            }
            let name = line[..<colon].lowercased()
            guard fields.updateValue(String(line[line.index(after: colon)...]), forKey: name) == nil else {
                throw MultipartError("has a part with the same header twice")
            }
        }
        guard let disposition = fields["content-disposition"].flatMap({ HeaderValue($0) }),
            disposition.value == "form-data", let name = disposition.parameters["name"],
            (1...MultipartReader.nameAtMost).contains(name.utf8.count)
        else { throw MultipartError("has a part without a field's name") }
        self.name = name
        isFile = disposition.parameters["filename"] != nil || disposition.parameters["filename*"] != nil
        contentType = fields["content-type"].flatMap { HeaderValue($0) }?.value ?? ""
    }
}
