import JobModel

/// A film-noir establishing shot: night, one light, weather, silhouettes, and the letterbox with the place's name.
struct LocationScene {
    private let place: Place
    private let dice: Dice

    init(subject: Subject, dice: Dice) {
        place = Place.table.meaning(of: subject.name, or: subject.description) ?? .city
        self.dice = dice
    }

    func drawing(_ caption: Caption) -> String {
        var dice = dice
        let mood = dice.pick(Mood.all)
        let backdrop = place.isIndoors ? Backdrop.wall(mood, &dice) : Backdrop.sky(mood, &dice)
        let silhouettes = place.drawing(mood, &dice)
        let weather =
            place.hasBlinds ? Backdrop.blinds(&dice) : place.isIndoors ? "" : Backdrop.weather(&dice)
        return """
            <defs>
            \(Backdrop.defs(mood))
            \(Grain.defs(seed: dice.roll(1...9999), strength: ".30"))
            </defs>
            \(backdrop)
            \(silhouettes)
            \(weather)
            <rect width="512" height="512" fill="url(#edges)"/>
            \(Grain.overlay)
            \(LocationScene.letterbox(caption, mood))
            """
    }

    private static func letterbox(_ caption: Caption, _ mood: Mood) -> String {
        let identity = "\(Caption.short(caption.caseID, 24))  ·  \(Caption.short(caption.assetID, 24))"
        return """
            <rect width="512" height="30" fill="#020304"/><rect y="424" width="512" height="88" fill="#020304"/>
            <rect x="20" y="440" width="3" height="42" fill="\(mood.accent)"/>
            \(caption.lines(x: 34, bottom: 479, size: 20, width: 456, style: "fill=\"#f0ede6\" letter-spacing=\".4\""))
            <g font-family="DejaVu Sans Mono" font-size="10.5" fill="#77818c"><text x="34" y="501">\(identity)</text>
            <text x="492" y="501" text-anchor="end" fill="\(mood.accent)">LOCAL RENDER</text></g>
            """
    }
}
