import JobModel
import Testing

@testable import Orchestration

@Suite("Who listens to what")
struct NewsBoardTests {
    @Test func everyoneGetsOneSignOfLifeInARound() throws {
        var board = NewsBoard<Int>()
        let key = JobService.CaseKey(try CaseID("a"))
        let turns = Int(NewsBoard<Int>.turnsInRound)
        var ids: [UInt64] = []
        for number in 0..<turns * 2 {
            ids.append(board.add(number, to: .job(key), wantsPulse: number.isMultiple(of: 2), isGuest: true))
            _ = board.nextTurn()
        }
        let round = (0..<turns).flatMap { _ in board.nextTurn() }
        #expect(round.sorted() == (0..<turns * 2).filter { $0.isMultiple(of: 2) })
        for id in ids.dropLast(2) { board.remove(id) }
        #expect((0..<turns).flatMap { _ in board.nextTurn() } == [turns * 2 - 2])
        #expect(board.guests == 2)
        for id in ids { board.remove(id) }
        #expect(board.isEmpty && board.guests == 0 && board.listeners(to: key).isEmpty)
    }

    @Test func aJobConcernsItsListenersAndItsOwners() throws {
        var board = NewsBoard<String>()
        let (mine, other) = (JobService.CaseKey(try CaseID("a")), JobService.CaseKey(try CaseID("b")))
        _ = board.add("job", to: .job(mine), wantsPulse: false, isGuest: false)
        _ = board.add("owner", to: .owner(.local), wantsPulse: false, isGuest: false)
        _ = board.add("stranger", to: .owner(try OwnerID("acme")), wantsPulse: false, isGuest: false)
        #expect(board.listeners(to: mine).sorted() == ["job", "owner"])
        #expect(board.listeners(to: other) == ["owner"])
    }
}
