/// The sorts of things that have a drawing of their own; everything else lies in an evidence bag.
enum EvidenceObject: String, Hashable, Sendable, CaseIterable {
    case knife, gun, bullet, hammer, rope
    case letter, book, photograph, ticket, newspaper
    case key, ring, necklace, coins, banknotes
    case glass, bottle, pills, cup, candle, cigarette, lighter
    case telephone, watch, computer, drive, camera, torch
    case glove, cloth, shoe, footprint, hat, mask
    case blood, hair, fingerprint, flower
    case bag

    static let table = WordTable<EvidenceObject>([
        (
            .knife,
            "knife,knives,dagger,blade,scalpel,razor,letter opener,paper knife,sword,scissors,ナイフ,包丁,短剣,刃物,刀,はさみ,カッター"
        ),
        (.gun, "gun,pistol,revolver,firearm,rifle,handgun,銃,拳銃,ピストル,リボルバー"),
        (.bullet, "bullet,casing,cartridge,shell casing,slug,弾丸,薬莢,弾"),
        (.hammer, "hammer,tool,wrench,crowbar,screwdriver,axe,pliers,poker,weapon,ハンマー,工具,金槌,斧,バール,鈍器,凶器"),
        (.rope, "rope,cord,wire,cable,string,chain,ロープ,縄,紐,ひも,鎖"),
        (
            .letter,
            "letter,note,envelope,document,will,testament,contract,message,memo,page,paper,invoice,map,blueprint,list,"
                + "report,手紙,書類,封筒,遺書,遺言,契約書,メモ,文書,地図,脅迫状"
        ),
        (.book, "book,diary,journal,ledger,notebook,passport,bible,album,logbook,manuscript,本,日記,手帳,帳簿,ノート,聖書"),
        (.photograph, "photo,photograph,picture,portrait,snapshot,polaroid,painting,footage,写真,肖像,絵"),
        (.ticket, "ticket,receipt,card,pass,business card,matchbook,stub,playing card,切符,チケット,レシート,領収書,名刺,カード"),
        (.newspaper, "newspaper,clipping,article,magazine,新聞,記事,雑誌"),
        (.key, "key,keycard,lock,padlock,keyring,鍵,キー,錠"),
        (.ring, "ring,earring,gem,diamond,jewel,ruby,emerald,指輪,宝石,ダイヤ,イヤリング"),
        (.necklace, "necklace,pendant,brooch,locket,jewellery,jewelry,pearl,bracelet,medal,ネックレス,首飾り,ペンダント,真珠,ブローチ"),
        (.coins, "coin,coins,medallion,token,button,cufflink,コイン,硬貨,ボタン,カフス"),
        (.banknotes, "money,cash,banknote,bill,wallet,purse,cheque,check,金,現金,紙幣,財布,札束,小切手"),
        (.glass, "glass,wine,goblet,champagne,tumbler,drink,whisky,whiskey,グラス,ワイン,酒"),
        (.bottle, "bottle,poison,vial,flask,perfume,decanter,jar,arsenic,cyanide,瓶,ボトル,毒,毒薬,香水"),
        (.pills, "pill,medicine,tablet,capsule,drug,prescription,syringe,needle,薬,錠剤,注射器,睡眠薬"),
        (.cup, "cup,mug,teacup,tea,coffee,saucer,plate,カップ,茶碗,湯呑み,紅茶,コーヒー,皿"),
        (.candle, "candle,candlestick,candelabra,lamp,lantern,wax,ろうそく,燭台,蝋燭,ランプ"),
        (.cigarette, "cigarette,cigar,ash,ashtray,tobacco,pipe,butt,煙草,タバコ,たばこ,吸殻,灰皿,葉巻"),
        (.lighter, "lighter,match,matches,matchbox,ライター,マッチ"),
        (.telephone, "phone,telephone,smartphone,cellphone,mobile,voicemail,電話,携帯,スマホ,スマートフォン"),
        (.watch, "watch,clock,pocket watch,wristwatch,timepiece,alarm,時計,腕時計,懐中時計"),
        (.computer, "computer,laptop,keyboard,screen,email,log,server,file,パソコン,コンピューター,コンピュータ,メール,記録"),
        (.drive, "usb,disk,drive,usb stick,tape,recorder,recording,memory card,cassette,chip,ディスク,テープ,メモリ,録音"),
        (.camera, "camera,film,video,lens,cctv,カメラ,フィルム,映像,ビデオ"),
        (.torch, "torch,flashlight,battery,binoculars,懐中電灯,電池"),
        (.glove, "glove,mitten,手袋,グローブ"),
        (
            .cloth,
            "fabric,cloth,handkerchief,scarf,shirt,dress,coat,towel,sweater,thread,fibre,fiber,tie,blanket,布,"
                + "ハンカチ,スカーフ,服,糸,繊維,コート,タオル,ネクタイ"
        ),
        (.shoe, "shoe,boot,heel,slipper,靴,ブーツ,ハイヒール"),
        (.footprint, "footprint,shoeprint,tread,track,tyre,mud,足跡,靴跡"),
        (.hat, "hat,cap,fedora,umbrella,cane,帽子,傘,杖"),
        (.mask, "mask,costume,wig,disguise,仮面,マスク,覆面,かつら"),
        (.blood, "blood,stain,bloodstain,splatter,spatter,residue,ink,paint,血,血痕,血液,染み,シミ"),
        (.hair, "hair,strand,lock of hair,feather,dna,swab,sample,soil,dust,powder,髪,毛髪,羽,試料,粉"),
        (.fingerprint, "fingerprint,print,palm print,thumbprint,指紋"),
        (.flower, "flower,rose,petal,plant,leaf,bouquet,herb,花,薔薇,バラ,葉,花束"),
    ])

    /// Part of the surface it was found on, so it throws no shadow.
    var isFlat: Bool { self == .blood }

    /// About 220 units across, around the origin, lit from the upper left.
    func drawing(_ paint: Paint) -> String {
        switch self {
        case .knife, .gun, .bullet, .hammer, .rope: Weapons.drawing(of: self, paint)
        case .letter, .book, .photograph, .ticket, .newspaper: Documents.drawing(of: self, paint)
        case .key, .ring, .necklace, .coins, .banknotes: Valuables.drawing(of: self, paint)
        case .glass, .bottle, .pills, .cup, .candle, .cigarette, .lighter: Household.drawing(of: self, paint)
        case .telephone, .watch, .computer, .drive, .camera, .torch: Devices.drawing(of: self, paint)
        case .glove, .cloth, .shoe, .footprint, .hat, .mask: Wearables.drawing(of: self, paint)
        case .blood, .hair, .fingerprint, .flower, .bag: Traces.drawing(of: self, paint)
        }
    }
}
