/// The words around a film project's own, per job type.
public enum ScenePrompt {
    /// - Parameter style: the words of a named visual style; nil for none.
    public static func prompt(for type: SceneDetails.JobType, _ words: String, style: String?) -> String {
        let sentence = words.last.map { ".!?。！？".contains($0) } ?? true ? words : words + "."
        let body =
            switch type {
            case .assetKey:
                "Production reference of: \(sentence) One subject, whole, centred, plain neutral background, even light."
            case .startFrame: "Opening frame of a shot: \(sentence) Film still, full composition, no text."
            case .endFrame:
                "Closing frame of the same shot: \(sentence) Film still, full composition, no text, continuous with its "
                    + "opening frame."
            case .variation: "A variation: \(sentence) Same subject, another take."
            case .inpaint:
                "Fill the masked area of the picture with: \(sentence) Leave everything outside the mask unchanged."
            }
        return style.map { "\(body) Visual style: \($0)" } ?? body
    }
}
