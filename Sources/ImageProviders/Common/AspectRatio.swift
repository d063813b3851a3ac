/// Width to height, as Google's models take it: `16:9`. Which ones a model has, it says itself.
public struct AspectRatio: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    public static let square = AspectRatio(unchecked: "1:1")

    /// - Throws: if `text` is not two whole numbers from 1 to 99 with a colon between them.
    public init(_ text: String) throws(ProviderConfigurationError) {
        let sides = text.split(separator: ":", omittingEmptySubsequences: false)
        let isRatio =
            sides.count == 2
            && sides.allSatisfy { side in
                (1...2).contains(side.utf8.count) && side.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && Int(side) != 0
            }
        guard isRatio else { throw ProviderConfigurationError("the aspect ratio must be written like 16:9") }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }
}
