/// The words around a generation's own, per mode.
public enum GenerationPrompt {
    public static func prompt(for mode: GenerationDetails.Mode, _ words: String) -> String {
        switch mode {
        case .text: words
        case .edit: "Change the given picture as follows, and leave all else as it is: \(words)"
        case .combine: "Make one picture of the two given ones, as follows: \(words)"
        }
    }
}
