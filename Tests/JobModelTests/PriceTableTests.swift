import Testing

@testable import JobModel

@Suite("Prices that the operator sets")
struct PriceTableTests {
    @Test func aPriceIsFoundByProviderAndModel() throws {
        let table = try PriceTable("gemini/flash=39000, replicate/owner/name:1=2500\n gemini/*=unpriced,local/*=0")
        #expect(table.price(provider: "gemini", model: "flash") == .micros(39_000))
        #expect(table.price(provider: "replicate", model: "owner/name:1") == .micros(2_500))
        #expect(table.price(provider: "gemini", model: "other") == .unpriced)
        #expect(table.price(provider: "local", model: "any") == .micros(0))
        #expect(table.price(provider: "replicate", model: "owner/name:2") == .unknown)
        #expect(Price.micros(7).micros == 7 && Price.unpriced.micros == nil && Price.unknown.micros == nil)
    }

    @Test("none is known of itself", arguments: ["", "  ", ",, ,\n"])
    func empty(text: String) throws {
        #expect(try PriceTable(text) == PriceTable())
        #expect(PriceTable().price(provider: "gemini", model: "flash") == .unknown)
    }

    @Test func aModelMayHoldEqualsSigns() throws {
        #expect(try PriceTable("p/a=b=5").price(provider: "p", model: "a=b") == .micros(5))
    }

    @Test(
        "a bad entry is named",
        arguments: [
            "gemini", "gemini/flash", "gemini=5", "/flash=5", "gemini/=5", "=/5", "gemini/flash=", "gemini/flash=-1",
            "gemini/flash=1.5", "gemini/flash=free", "gemini/flash=1000000000001",
            "gemini/flash=99999999999999999999", "gemini/flash=0x10",
        ])
    func badEntry(entry: String) throws {
        let error = #expect(throws: InvalidRequest.self) { try PriceTable("a/b=1, \(entry), c/d=2") }
        #expect(error?.message.contains(entry) == true && error?.message.contains("a/b") == false)
    }

    @Test func thereIsABound() throws {
        let most = (0..<PriceTable.maximumEntries).map { "p/m\($0)=1" }.joined(separator: ",")
        #expect(try PriceTable(most).price(provider: "p", model: "m999") == .micros(1))
        #expect(throws: InvalidRequest.self) { try PriceTable(most + ",p/one-more=1") }
    }
}

@Suite("A provider's own name for a call")
struct PriceRemoteCallTests {
    @Test(
        "fits a path",
        arguments: ["a", "p-1_2.3", "ABC", String(repeating: "x", count: 128), "...", "a..b"])
    func good(id: String) throws {
        #expect(try RemoteCall(provider: "replicate", id: id).id == id)
    }

    @Test(
        "is refused otherwise",
        arguments: [
            "", ".", "..", "a/b", "a b", "a\n", "a?b", "a#b", "a%2e", "é", "a\0", String(repeating: "x", count: 129),
        ])
    func bad(id: String) {
        let error = #expect(throws: InvalidRequest.self) { try RemoteCall(provider: "replicate", id: id) }
        #expect(error?.field == "id")
    }

    @Test("the adapter's name too", arguments: ["", "a/b", String(repeating: "x", count: 65)])
    func badProvider(provider: String) {
        let error = #expect(throws: InvalidRequest.self) { try RemoteCall(provider: provider, id: "a") }
        #expect(error?.field == "provider")
    }
}
