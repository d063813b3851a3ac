import Testing
import Threads

@testable import Orchestration

@Suite("Deliveries by address")
struct WorkerLaneTests {
    @Test("an address that answers nobody holds up itself alone, and never more than its width is on its way")
    func separate() async {
        let lanes = AddressLanes(width: 2)
        let (stuck, entered) = (Gate(), Locked(0))
        let full = Gate()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await lanes.run("slow") {
                        let now = entered.withLock { count in
                            count += 1
                            return count
                        }
                        if now == 2 { full.open() }
                        await stuck.wait()
                    }
                }
            }
            await full.wait()
            let other = await lanes.run("other") { 7 }
            #expect(other == 7)
            #expect(entered.withLock { $0 } == 2)
            stuck.open()
            await group.waitForAll()
        }
        #expect(entered.withLock { $0 } == 10)
        #expect(lanes.count == 0)
    }

    @Test("who is canceled in the line leaves it")
    func canceled() async {
        let lanes = AddressLanes(width: 1)
        let (stuck, isIn) = (Gate(), Gate())
        let holder = Task {
            await lanes.run("a") {
                isIn.open()
                await stuck.wait()
            }
        }
        await isIn.wait()
        let waiter = Task { await lanes.run("a") { 1 } }
        waiter.cancel()
        #expect(await waiter.value == nil)
        stuck.open()
        _ = await holder.value
        #expect(await lanes.run("a") { 2 } == 2)
        #expect(lanes.count == 0)
    }

    @Test("the address is what stands before the path")
    func hosts() {
        #expect(Telling.host(of: "https://a.example:8443/hook/1?x=2") == "https://a.example:8443")
        #expect(Telling.host(of: "http://a.example") == Telling.host(of: "http://a.example/b"))
        #expect(Telling.host(of: "http://a.example:1/b") != Telling.host(of: "http://a.example:2/b"))
    }
}
