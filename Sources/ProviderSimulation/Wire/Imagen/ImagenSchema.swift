/// The fields of Imagen's `predict` with an API key. Fields that only Vertex AI has are unknown here, as they are there.
enum ImagenSchema {
    static let request = FieldType.message([
        "instances": .list(.message(["prompt": .string])), "parameters": parameters,
    ])

    private static let parameters = FieldType.message([
        "sampleCount": .integer, "aspectRatio": .string, "sampleImageSize": .string, "personGeneration": .string,
        "safetySetting": .string, "guidanceScale": .number, "language": .string, "includeSafetyAttributes": .bool,
        "includeRaiReason": .bool,
        "outputOptions": .message(["mimeType": .string, "compressionQuality": .integer]),
    ])

    /// In upper case.
    static let words = [
        ("personGeneration", ["DONT_ALLOW", "ALLOW_ADULT", "ALLOW_ALL"]),
        ("safetySetting", ["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE"]),
        ("sampleImageSize", ["1K", "2K"]),
    ]

    /// Pixels of a 1K picture.
    static let ratios: [String: (width: Int, height: Int)] = [
        "1:1": (1024, 1024), "3:4": (896, 1280), "4:3": (1280, 896), "9:16": (768, 1408), "16:9": (1408, 768),
    ]
}
