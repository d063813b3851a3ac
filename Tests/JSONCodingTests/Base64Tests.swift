import JSONCoding
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func knowsTheVectorsOfRFC4648(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm8", "Zm9vYg", "Zm9v Zm9v", "Zm9v\n", " Zm9", "Zm9-", "Zm9_",
        "Zg==Zg==", "Z=g=", "Zh==", "Zm9=", "Zm\u{0}v", "Zmé=", "Zm9v=", "Zm9v====",
    ])
    func refusesWhatIsNotStrict(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func everyLengthComesBack() {
        var random = SeededGenerator(seed: 3)
        for count in Array(0...200) + [3071, 3072, 3073, 12_288, 12_289, 100_000] {
            let bytes = random.bytes(count)
            let text = Base64.encode(bytes)
            #expect(text.utf8.count == (count + 2) / 3 * 4)
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test func aWrongByteIsFoundWhereverItStands() {
        var random = SeededGenerator(seed: 4)
        let text = Array(Base64.encode(random.bytes(10_000)).utf8)
        for _ in 0..<500 {
            var wrong = text
            let at = Int.random(in: 0..<text.count - 4, using: &random)
            wrong[at] = [0x20, 0x3D, 0x2D, 0x80, 0xFF, 0].randomElement(using: &random) ?? 0
            let isRefused = Base64.decode(wrong) == nil
            #expect(isRefused, "byte \(wrong[at]) at \(at)")
        }
    }
}
