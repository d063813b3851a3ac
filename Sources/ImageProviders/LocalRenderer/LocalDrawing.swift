import JobModel
import Orchestration

/// The SVG text of one asset: a pure function of the request's ids and words.
struct LocalDrawing {
    let svg: String

    init(of request: GenerationRequest) {
        let dice = Dice([
            request.caseID?.text ?? "", request.assetID.text, request.subject.name, request.subject.description,
            request.prompt,
        ])
        let caption = Caption(request)
        let isPlace: Bool
        switch request.kind {
        case .evidence: isPlace = false
        case .location: isPlace = true
        case .other:
            let place = Place.table.meaning(of: request.subject.name, or: "")
            isPlace = place != nil && EvidenceObject.table.meaning(of: request.subject.name, or: "") == nil
        }
        let body =
            isPlace
            ? LocationScene(subject: request.subject, dice: dice).drawing(caption)
            : EvidenceScene(subject: request.subject, dice: dice).drawing(caption)
        svg = LocalDrawing.document(body, size: request.size)
    }

    /// All scenes are drawn on 512×512; other shapes show the middle of it.
    private static func document(_ body: String, size: PixelSize) -> String {
        let width = min(max(size.width, 16), 2048)
        let height = min(max(size.height, 16), 2048)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 512 512" \
            preserveAspectRatio="xMidYMid slice">
            \(body)
            </svg>
            """
    }
}

/// What stands under a picture.
struct Caption {
    /// Escaped.
    let name: String
    let rawName: String
    let caseID: String
    let assetID: String
    /// The last digits of the asset's id, if it has some: `evidence-7` is number 7.
    let number: Int?

    init(_ request: GenerationRequest) {
        rawName = request.subject.name.isEmpty ? request.assetID.text : request.subject.name
        name = SVGText.escaped(rawName)
        caseID = SVGText.escaped(request.caseID?.text ?? request.jobID.text)
        assetID = SVGText.escaped(request.assetID.text)
        let digits = String(request.assetID.text.reversed().prefix { $0.isNumber }.prefix(2).reversed())
        number = Int(digits)
    }

    /// One `<text>` a line, at `x`, the last line's foot at `bottom`.
    func lines(
        x: Int, bottom: Int, size: Int, width: Int, style: String, gap: Int = 4
    ) -> String {
        let lines = SVGText.wrapped(rawName, width: Double(width) / Double(size), lines: 2)
        return lines.enumerated().map { index, line in
            let y = bottom - (lines.count - 1 - index) * (size + gap)
            return """
                <text x="\(x)" y="\(y)" font-family="\(SVGText.fontFamily)" font-size="\(size)" \(style)>\
                \(SVGText.escaped(line))</text>
                """
        }.joined(separator: "\n")
    }

    /// An id cut to what fits a margin.
    static func short(_ id: String, _ limit: Int) -> String {
        id.count <= limit ? id : String(id.prefix(limit - 1)) + "…"
    }
}
