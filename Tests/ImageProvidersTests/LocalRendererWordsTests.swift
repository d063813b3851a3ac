import Testing

@testable import ImageProviders

@Suite struct LocalRendererWordsTests {
    @Test(
        arguments: [
            ("Bloody Knife", .knife), ("Letter opener", .knife), ("血のついたナイフ", .knife), ("Threatening letter", .letter),
            ("脅迫状", .letter), ("Photograph of a ring", .photograph), ("Torn photographs", .photograph),
            ("Brass key", .key),
            ("合鍵", .key), ("Wine glasses", .glass), ("Poisoned wine bottle", .bottle), ("毒薬の瓶", .bottle),
            ("Pocket watch", .watch), ("腕時計", .watch), ("Mobile phone", .telephone), ("USB stick", .drive),
            ("Muddy footprints", .footprint), ("足跡", .footprint), ("指輪", .ring), ("Blood-stained glove", .glove),
            ("Handkerchief with blood", .cloth), ("Bloodstain", .blood), ("Rope", .rope), ("Strange device", nil),
            ("", nil),
            ("Stringent clockwork", nil),
        ] as [(String, EvidenceObject?)])
    func thingsAreKnownByTheirNames(name: String, wanted: EvidenceObject?) {
        #expect(EvidenceObject.table.meaning(of: name, or: "") == wanted)
    }

    @Test(
        arguments: [
            ("Harbour dock 7", .harbour), ("横浜港", .harbour), ("Abandoned warehouse", .warehouse), ("裏路地", .alley),
            ("Victim's study", .library), ("古い書斎", .library), ("Hotel lobby", .hotel), ("Jazz bar", .bar),
            ("Manor house", .mansion), ("洋館", .mansion), ("Rose garden", .park), ("Train station", .station),
            ("Detective agency", .office), ("Museum gallery", .gallery), ("Kitchen", .kitchen), ("Nowhere", nil),
        ] as [(String, Place?)])
    func placesAreKnownByTheirNames(name: String, wanted: Place?) {
        #expect(Place.table.meaning(of: name, or: "") == wanted)
    }

    @Test func theDescriptionHelpsWhereTheNameDoesNot() {
        #expect(EvidenceObject.table.meaning(of: "Exhibit 4", or: "A revolver that was found near a letter") == .gun)
        #expect(EvidenceObject.table.meaning(of: "Brass key", or: "A revolver") == .key)
    }
}
