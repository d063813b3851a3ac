/// The sorts of places that have a picture of their own; everything else is the city at night.
enum Place: String, Hashable, Sendable, CaseIterable {
    case harbour, warehouse, alley, rooftop, mansion, park, station, church, street, bridge, forest, shore
    case library, hotel, office, kitchen, bar, gallery, laboratory, bedroom, cellar, theatre
    case city

    static let table = WordTable<Place>([
        (.harbour, "harbour,harbor,port,dock,dockside,pier,wharf,quay,ship,boat,yacht,marina,港,埠頭,波止場,船,ふ頭,桟橋"),
        (.warehouse, "warehouse,factory,depot,hangar,garage,shed,barn,workshop,mill,plant,倉庫,工場,車庫,ガレージ,作業場"),
        (.alley, "alley,alleyway,backstreet,lane,passage,back door,路地,裏通り,裏路地,小路,横丁"),
        (.rooftop, "rooftop,roof,terrace,balcony,tower,penthouse,屋上,屋根,バルコニー,塔,テラス"),
        (.mansion, "mansion,house,manor,villa,estate,residence,castle,home,cottage,cabin,lodge,屋敷,館,邸,邸宅,家,洋館,城,別荘,山荘"),
        (.park, "park,garden,greenhouse,courtyard,maze,fountain,lawn,orchard,公園,庭,庭園,温室,中庭,噴水"),
        (.station, "station,train,platform,railway,subway,metro,carriage,tracks,airport,駅,列車,電車,ホーム,地下鉄,線路,空港"),
        (.church, "church,chapel,cathedral,cemetery,graveyard,temple,shrine,crypt,monastery,教会,墓地,寺,神社,聖堂,礼拝堂"),
        (
            .street,
            "street,road,avenue,boulevard,square,market,crossing,corner,"
                + "parking lot,car park,shop,store,通り,道,道路,街角,広場,市場,交差点,駐車場,店,商店"
        ),
        (.bridge, "bridge,river,canal,embankment,riverside,viaduct,橋,川,運河,河川敷"),
        (.forest, "forest,wood,woods,grove,swamp,mountain,hill,trail,camp,cave,森,林,山,山道,洞窟,沼"),
        (.shore, "beach,shore,cliff,lighthouse,coast,island,lake,sea,bay,海岸,浜,崖,灯台,島,湖,海"),
        (.library, "library,study,archive,bookshop,bookstore,reading room,den,書斎,図書館,書庫,書店,図書室"),
        (.hotel, "hotel,lobby,reception,inn,hall,foyer,ballroom,casino,lounge,ホテル,ロビー,旅館,広間,玄関,ホール"),
        (
            .office,
            "office,agency,police,headquarters,bank,"
                + "boardroom,newsroom,precinct,interrogation room,court,事務所,オフィス,警察署,警察,会社,銀行,会議室,社長室,取調室"
        ),
        (.kitchen, "kitchen,dining room,pantry,bakery,restaurant,cafe,diner,scullery,台所,キッチン,食堂,厨房,レストラン,喫茶店,カフェ"),
        (.bar, "bar,club,nightclub,pub,tavern,saloon,speakeasy,jazz club,バー,酒場,クラブ,居酒屋,スナック"),
        (.gallery, "gallery,museum,exhibition,studio,auction house,vault,display room,美術館,博物館,画廊,アトリエ,展示室,金庫室"),
        (
            .laboratory,
            "laboratory,lab,clinic,hospital,morgue,pharmacy,operating room,server room,研究所,研究室,実験室,病院,診療所,霊安室,薬局"
        ),
        (
            .bedroom,
            "bedroom,room,apartment,suite,flat,bathroom,"
                + "nursery,attic,living room,drawing room,parlour,寝室,部屋,客室,アパート,マンション,浴室,居間,屋根裏,応接間"
        ),
        (
            .cellar,
            "cellar,basement,dungeon,tunnel,sewer,bunker,prison,cell,boiler room,stairwell,地下室,地下,地下道,牢,監獄,下水道,階段"
        ),
        (.theatre, "theatre,theater,stage,opera,cinema,auditorium,dressing room,circus,concert hall,劇場,舞台,映画館,楽屋,オペラ座"),
    ])

    var isIndoors: Bool {
        switch self {
        case .library, .hotel, .office, .kitchen, .bar, .gallery, .laboratory, .bedroom, .cellar, .theatre: true
        default: false
        }
    }

    /// Indoors, with a window that a blind hangs in.
    var hasBlinds: Bool {
        switch self {
        case .library, .hotel, .office, .kitchen, .bedroom: true
        default: false
        }
    }

    /// Silhouettes on 512×512; the ground (outdoors) or the floor's edge (indoors) lies at 340.
    func drawing(_ mood: Mood, _ dice: inout Dice) -> String {
        switch self {
        case .harbour, .bridge, .shore: Waterside.drawing(of: self, mood, &dice)
        case .mansion, .church, .park, .forest: Countryside.drawing(of: self, mood, &dice)
        case .library, .office, .bedroom, .gallery, .laboratory: Rooms.drawing(of: self, mood, &dice)
        case .hotel, .kitchen, .bar, .cellar, .theatre: Halls.drawing(of: self, mood, &dice)
        default: Town.drawing(of: self, mood, &dice)
        }
    }
}

/// One night's colours: blues to black, and a single warm or cold light.
struct Mood: Hashable, Sendable {
    let skyTop: String
    let skyLow: String
    let far: String
    let middle: String
    let near: String
    let accent: String

    static let all = [
        Mood(
            skyTop: "#0a1524", skyLow: "#3c5a78", far: "#23384f", middle: "#12202f", near: "#05090e",
            accent: "#ffc566"),
        Mood(
            skyTop: "#0b1a20", skyLow: "#3f6a70", far: "#224248", middle: "#10252a", near: "#04090b",
            accent: "#ff9d5c"),
        Mood(
            skyTop: "#11122a", skyLow: "#4d4f7d", far: "#2c2e55", middle: "#171832", near: "#06060f",
            accent: "#ff6f61"),
        Mood(
            skyTop: "#0d1117", skyLow: "#55606e", far: "#333c48", middle: "#1a2028", near: "#07090c",
            accent: "#8fe0ff"),
        Mood(
            skyTop: "#0a1830", skyLow: "#2f6491", far: "#1d4064", middle: "#0f2440", near: "#040a14",
            accent: "#ffe08a"),
    ]
}
