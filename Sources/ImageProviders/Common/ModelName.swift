/// Names of models come from callers too, and some go into a URL's path.
enum ModelName {
    /// What a name in a path must be, for messages.
    static let segmentRule = "a name of 1 to 128 of A-Z a-z 0-9 . _ -"

    /// Whether `name` is one segment of a path and stays one.
    static func isSegment(_ name: some StringProtocol) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...128).contains(name.utf8.count) && name != "." && name != ".."
    }
}
