extension Ending {
    static let defaultHugeBody = 100 << 20

    /// The endings that need no detail, by the name that scenarios and prompts use.
    private static let plain: [String: Ending] = {
        var endings: [String: Ending] = [
            "ok": .picture(nil), "png": .picture(.png), "jpeg": .picture(.jpeg), "thought-first": .thoughtFirst,
            "prompt-blocked": .refusal(.promptBlocked()), "image-blocked": .refusal(.imageBlocked()),
            "text-only": .refusal(.textOnly), "some-blocked": .refusal(.someBlocked),
            "hang-before-headers": .hangBeforeHeaders, "hang-after-headers": .hangAfterHeaders,
            "drip": .drip(intervalMs: 1_000), "close-before-headers": .closeBeforeHeaders, "reset": .reset,
            "close-mid-body": .closeMidBody, "huge-body": .hugeBody(bytes: defaultHugeBody, declared: true),
            "hang-create": .prediction(.hangCreate),
            "prediction-failed": .prediction(.failed(error: PredictionEnding.defaultError)),
            "prediction-canceled": .prediction(.canceled), "prediction-aborted": .prediction(.aborted),
            "prediction-lost": .prediction(.lost), "webhook-never": .prediction(.webhook(.never)),
            "webhook-twice": .prediction(.webhook(.twice)), "webhook-forged": .prediction(.webhook(.forged)),
            "webhook-late": .prediction(.webhook(.late(milliseconds: 2_000))),
        ]
        for shape in OutputShape.allCases { endings["output-\(shape.rawValue)"] = .prediction(.output(shape)) }
        for spoiled in SpoiledPicture.allCases { endings[spoiled.rawValue] = .spoiled(spoiled) }
        for hollow in HollowAnswer.allCases { endings[hollow.rawValue] = .hollow(hollow) }
        return endings
    }()

    static let names = plain.keys.sorted()

    init?(named name: String) {
        guard let ending = Self.plain[name] else { return nil }
        self = ending
    }

    /// For the record of a call.
    var label: String {
        switch self {
        case .fault(let fault): "status \(fault.status)"
        case .flaky(let failures, let ending): "flaky \(failures) \(ending.label)"
        case .drip: "drip"
        case .hugeBody: "huge-body"
        case .picture(.file?): "file"
        case .refusal(.promptBlocked): "prompt-blocked"
        case .refusal(.imageBlocked): "image-blocked"
        case .download(let ending): "download \(ending.label)"
        case .prediction(.poll(let failures, let ending)): "poll \(failures) \(ending.label)"
        case .prediction(.failed): "prediction-failed"
        case .prediction(.webhook(.late)): "webhook-late"
        default: Self.plain.first { $0.value == self }?.key ?? "ok"
        }
    }
}

extension PredictionEnding {
    static let defaultError = errorText(code: "E1000")

    /// The text of a failed prediction as Replicate writes it: a sentence and the code in brackets.
    static func errorText(code: String) -> String {
        let sentence =
            switch code {
            case "E003": "The service is currently unavailable due to high demand. Please try again later."
            case "E004": "The service is temporarily unavailable. Please try again later."
            case "E005":
                "The input or output was flagged as sensitive. Please try again with different inputs."
            case "E1001": "The model ran out of memory."
            case "E6716": "Timed out starting the prediction."
            case "E8765": "The prediction was stopped because a health check failed."
            case "E9243": "Something went wrong while starting the prediction."
            case "E9825": "A file could not be uploaded."
            default: "Prediction failed for an unknown reason."
            }
        return "\(sentence) (\(code))"
    }
}

extension Ending {
    /// Whether a poll or the download of a file may end like this: what concerns one answer and its connection.
    var concernsOneAnswer: Bool {
        switch self {
        case .fault, .hollow(.emptyObject), .hollow(.emptyBody), .hollow(.notJSON), .hollow(.wrongContentType),
            .hangBeforeHeaders, .hangAfterHeaders, .drip, .closeBeforeHeaders, .reset, .closeMidBody, .hugeBody:
            true
        default: false
        }
    }

    /// Whether a provider would charge for it: a picture was made, whatever became of the answer.
    var isBillable: Bool {
        switch self {
        case .fault, .refusal(.promptBlocked), .refusal(.imageBlocked), .refusal(.textOnly): false
        case .prediction(.failed), .prediction(.canceled), .prediction(.aborted): false
        case .flaky(_, let ending): ending.isBillable
        default: true
        }
    }
}
