/// The words around an item's own, per kind.
public enum PromptTemplate {
    /// Evidence is a forensic photograph, a location a film-noir establishing shot.
    public static func prompt(for kind: AssetKind, subject: Subject) -> String {
        switch kind {
        case .evidence:
            "Evidence photography: \(subject.name). \(subject.description). "
                + "Clear detail, forensic quality, neutral background."
        case .location:
            "Atmospheric environmental photography: \(subject.name). \(subject.description). "
                + "Film noir aesthetic, dramatic lighting, moody atmosphere, empty location."
        case .other:
            "\(subject.name). \(subject.description)"
        }
    }
}

extension AssetSpecification {
    /// The words for the provider where they are not those of the template.
    public var ownPrompt: String? {
        prompt == PromptTemplate.prompt(for: kind, subject: subject) ? nil : prompt
    }
}
