/// Sockets that a test holds open over several steps.
final class HeldSockets: @unchecked Sendable {
    // @unchecked Sendable: made on one thread and handed over once; emptied by one test, which alone knows of it.
    private var all: [RawSocket]
    init(all: [RawSocket]) { self.all = all }
    func release() { all = [] }
}
