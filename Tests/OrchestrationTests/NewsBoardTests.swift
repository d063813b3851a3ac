import JobModel
import Testing

@testable import Orchestration

@Suite("Who listens to what")
struct NewsBoardTests {
    @Test func whoWantsAPulseIsWokenAtItsTurns() throws {
        var board = NewsBoard<Int>()
        let key = JobService.CaseKey(try CaseID("a"))
        var ids: [UInt64] = []
        for number in 0..<30 {
            ids.append(board.add(number, to: .job(key), pulse: number.isMultiple(of: 2) ? 15 : nil, isGuest: true))
            if number < 29 { _ = board.nextTurn() }
        }
        let round = (0..<15).map { _ in board.nextTurn() }
        #expect(round.flatMap { $0 }.sorted() == (0..<30).filter { $0.isMultiple(of: 2) })
        #expect(round.allSatisfy { $0.count == 1 }, "spread as they came")
        for id in ids.dropLast(2) { board.remove(id) }
        #expect((0..<15).flatMap { _ in board.nextTurn() } == [28])
        let brief = board.add(99, to: .job(key), pulse: 0, isGuest: false)
        #expect(board.nextTurn().contains(99) && board.guests == 2)
        for id in ids + [brief] { board.remove(id) }
        #expect(board.isEmpty && board.guests == 0 && board.listeners(to: key).isEmpty)
        #expect((0..<20).allSatisfy { _ in board.nextTurn().isEmpty })
    }

    @Test func theLastQuarterIsForOwnersWithLess() throws {
        var board = NewsBoard<Int>()
        let other = try OwnerID("acme")
        var ids: [UInt64] = []
        for number in 0..<6 {
            #expect(board.hasRoom(forGuestOf: .local, atMost: 8))
            ids.append(board.add(number, to: .owner(.local), pulse: nil, isGuest: true))
        }
        #expect(!board.hasRoom(forGuestOf: .local, atMost: 8) && board.hasRoom(forGuestOf: other, atMost: 8))
        for id in ids.prefix(5) { board.remove(id) }
        #expect(board.guests(of: .local) == 1 && board.guests(of: other) == 0)
        #expect(board.hasRoom(forGuestOf: .local, atMost: 2) && !board.hasRoom(forGuestOf: other, atMost: 1))
    }

    @Test func aJobConcernsItsListenersAndItsOwners() throws {
        var board = NewsBoard<String>()
        let (mine, other) = (JobService.CaseKey(try CaseID("a")), JobService.CaseKey(try CaseID("b")))
        _ = board.add("job", to: .job(mine), pulse: nil, isGuest: false)
        _ = board.add("owner", to: .owner(.local), pulse: nil, isGuest: false)
        _ = board.add("stranger", to: .owner(try OwnerID("acme")), pulse: nil, isGuest: false)
        #expect(board.listeners(to: mine).sorted() == ["job", "owner"])
        #expect(board.listeners(to: other) == ["owner"])
    }
}
