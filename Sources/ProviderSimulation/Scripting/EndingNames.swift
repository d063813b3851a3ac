extension Ending {
    static let defaultHugeBody = 100 << 20

    /// The endings that need no detail, by the name that scenarios and prompts use.
    private static let plain: [String: Ending] = {
        var endings: [String: Ending] = [
            "ok": .picture(nil), "png": .picture(.png), "jpeg": .picture(.jpeg), "thought-first": .thoughtFirst,
            "prompt-blocked": .refusal(.promptBlocked(reason: "PROHIBITED_CONTENT")),
            "image-blocked": .refusal(.imageBlocked(reason: "IMAGE_SAFETY")), "text-only": .refusal(.textOnly),
            "hang-before-headers": .hangBeforeHeaders, "hang-after-headers": .hangAfterHeaders,
            "drip": .drip(intervalMs: 1_000), "close-before-headers": .closeBeforeHeaders, "reset": .reset,
            "close-mid-body": .closeMidBody, "huge-body": .hugeBody(bytes: defaultHugeBody, declared: true),
        ]
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
        default: Self.plain.first { $0.value == self }?.key ?? "ok"
        }
    }
}
