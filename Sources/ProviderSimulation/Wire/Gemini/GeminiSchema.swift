/// The fields of `generateContent` with an API key. Fields that only Vertex AI has are unknown here, as they are there.
enum GeminiSchema {
    static let request = FieldType.message([
        "model": .string, "contents": .list(content), "systemInstruction": content, "tools": .list(.any),
        "toolConfig": .any, "safetySettings": .list(safetySetting), "generationConfig": generationConfig,
        "cachedContent": .string,
    ])

    private static let content = FieldType.message(["role": .string, "parts": .list(part)])

    private static let part = FieldType.message([
        "text": .string, "inlineData": .message(["mimeType": .string, "data": .bytes]),
        "fileData": .message(["mimeType": .string, "fileUri": .string]), "thought": .bool, "thoughtSignature": .bytes,
        "functionCall": .any, "functionResponse": .any, "executableCode": .any, "codeExecutionResult": .any,
        "videoMetadata": .any,
    ])

    private static let generationConfig = FieldType.message([
        "responseModalities": .list(.enumeration(typeName("GenerationConfig.Modality"), modalities)),
        "imageConfig": .message(["aspectRatio": .string, "imageSize": .string]), "candidateCount": .integer,
        "seed": .integer, "temperature": .number, "topP": .number, "topK": .number, "maxOutputTokens": .integer,
        "stopSequences": .list(.string), "responseMimeType": .string, "responseSchema": .any,
        "responseJsonSchema": .any, "presencePenalty": .number, "frequencyPenalty": .number,
        "responseLogprobs": .bool, "logprobs": .integer, "speechConfig": .any, "thinkingConfig": .any,
        "mediaResolution": .string,
    ])

    private static let safetySetting = FieldType.message([
        "category": .enumeration(typeName("HarmCategory"), harmCategories),
        "threshold": .enumeration(typeName("SafetySetting.HarmBlockThreshold"), thresholds),
    ])

    static let modalities = ["MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO"]
    static let roles = ["user", "model"]
    static let sizes = ["1K", "2K", "4K"]

    /// Pixels of a 1K picture.
    static let ratios: [String: (width: Int, height: Int)] = [
        "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
        "4:5": (896, 1152), "5:4": (1152, 896), "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
    ]

    private static let harmCategories = [
        "HARM_CATEGORY_UNSPECIFIED", "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_CATEGORY_CIVIC_INTEGRITY",
    ]

    private static let thresholds = [
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH",
        "BLOCK_NONE", "OFF",
    ]

    private static func typeName(_ name: String) -> String {
        "type.googleapis.com/google.ai.generativelanguage.v1beta.\(name)"
    }
}
