/// The server whose dialect of the OpenAI-style images API is spoken.
enum OpenAIFlavor: String, CaseIterable, Sendable {
    case openai
    case vllm
    case sdcpp
    case localai

    /// The service itself. Servers people run themselves take callers without a key unless one is set, and pass over
    /// fields they do not know.
    var isHosted: Bool { self == .openai }
}
