import JSONCoding

/// Case files of the usual size: 10 pieces of evidence and 4 locations, each with a description of two sentences.
package enum Cases {
    package static let images = 14

    private struct Item: Encodable {
        var id: String
        var name: String
        var description: String
    }

    private struct Body: Encodable {
        var caseId: String
        var evidence: [Item]
        var locations: [Item]
    }

    /// - Parameter words: what makes the case's prompts its own: cases with the same words get the same prompts, and of
    ///   a seeded simulator the same fates.
    package static func body(
        _ id: String, words: String? = nil, evidence pieces: Int = 10, locations places: Int = 4
    ) throws -> [UInt8] {
        let words = words ?? id
        return try JSON.encode(
            Body(
                caseId: id, evidence: (0..<pieces).map { evidence($0 + 1, words) },
                locations: (0..<places).map { location($0 + 1, words) }))
    }

    /// What the prompt calls the image with this id, unless the case was given other words.
    package static func name(of image: String, in words: String) -> String {
        let number = image.split(separator: "-").last ?? ""
        return image.hasPrefix("location-") ? "Place \(number) of \(words)" : "Exhibit \(number) of \(words)"
    }

    private static func evidence(_ number: Int, _ words: String) -> Item {
        Item(
            id: "evidence-\(number)", name: name(of: "evidence-\(number)", in: words),
            description: """
                A brass key as long as a hand, scratched along the bit where it was forced the wrong way round. \
                The paper label tied to it carries the number \(number) in violet ink that has run in the rain.
                """)
    }

    private static func location(_ number: Int, _ words: String) -> Item {
        Item(
            id: "location-\(number)", name: name(of: "location-\(number)", in: words),
            description: """
                A stone pier below the lighthouse, wet from the night's fog, with one lamp burning at its far end. \
                Footprints lead from the boathouse to mooring ring \(number) and do not come back.
                """)
    }
}
