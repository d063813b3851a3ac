import CCurl

/// Names whose lookup ended well during a turn of the engine. The callback that learns it may not start other calls.
final class LookupJournal {
    var found: [ObjectIdentifier] = []
}

/// One exchange while libcurl has it: what the callbacks ask and collect. Belongs to the engine thread, and is kept
/// alive by the engine until its handle has left the multi handle.
final class Transfer {
    let pending: PendingCall
    let handle: EasyHandle
    private let journal: LookupJournal
    private var leadsLookup: Bool
    private let limit: Int

    private var head = AnswerHead()
    private var body: [UInt8] = []
    private var bodySent = 0
    private var facts = ExchangeFacts()
    private(set) var socketsOpened = 0
    private var place: AnswerRoom.Place?
    /// Asks for a place; set by the engine.
    private let enterRoom: ((Call) -> AnswerRoom.Place?)?
    private(set) var waitsForRoom = false

    var call: Call { pending.call }

    /// What becomes of bytes that libcurl hands over.
    enum Intake {
        case taken
        case refused
        /// libcurl keeps them and reads no more until it is told to.
        case paused
    }

    init(
        _ pending: PendingCall, handle: EasyHandle, journal: LookupJournal, leadsLookup: Bool,
        enterRoom: ((Call) -> AnswerRoom.Place?)?
    ) {
        self.pending = pending
        self.handle = handle
        self.journal = journal
        self.leadsLookup = leadsLookup
        self.enterRoom = enterRoom
        limit = pending.call.request.maximumBodyBytes
    }

    // MARK: asked by libcurl

    /// The name is resolved and this is one of its addresses.
    func openSocket(_ peer: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        noteLookedUp()
        if wouldRepeat() { return CURL_SOCKET_BAD }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = Int(ccurl_peer_address(peer, &bytes))
        guard isAllowed(Array(bytes[..<count])) else {
            facts.addressesRefused += 1
            return CURL_SOCKET_BAD
        }
        facts.addressesTried += 1
        let socket = ccurl_open_socket(peer)
        guard socket >= 0 else {
            facts.socketError = -socket
            return CURL_SOCKET_BAD
        }
        socketsOpened += 1
        return socket
    }

    /// A connection is ready, new or reused, and the request is about to be written to it.
    func mayBegin(peer: UnsafePointer<CChar>?) -> Bool {
        noteLookedUp()
        if wouldRepeat() { return false }
        guard isAllowed(peer.flatMap { ParsedURL.parseAddress(String(cString: $0)) } ?? []) else {
            facts.addressesRefused += 1
            return false
        }
        if !facts.hasBegun { call.request.onSend?() }
        facts.hasBegun = true
        return true
    }

    func takeHead(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        if head.take(line) { return true }
        facts.isHeadRefused = true
        return false
    }

    func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Intake {
        guard bytes.count <= limit - body.count else {
            facts.isBodyTooLarge = true
            return .refused
        }
        if let enterRoom, place == nil, body.count + bytes.count > AnswerRoom.prefixBytes {
            place = enterRoom(call)
            waitsForRoom = place == nil
            if waitsForRoom { return .paused }
        }
        reserve(bytes.count)
        body.append(contentsOf: bytes)
        place?.received()
        return .taken
    }

    /// A place has come free.
    func take(_ place: AnswerRoom.Place) {
        self.place = place
        waitsForRoom = false
    }

    /// The peer's word is good for this much memory, once there is a place for it; what goes beyond must have come.
    private func reserve(_ count: Int) {
        let announced = min(handle.announcedBodyBytes ?? 0, limit, 4 << 20)
        let isFree = enterRoom == nil || place != nil || announced <= AnswerRoom.prefixBytes
        let needed = body.count + count
        guard needed > body.capacity, isFree, announced >= needed else { return }
        body.reserveCapacity(announced)
    }

    /// Fills `buffer` with the next part of the request's body; 0 at its end.
    func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = call.request.body[bodySent...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        bodySent += part.count
        return part.count
    }

    private func noteLookedUp() {
        guard leadsLookup else { return }
        leadsLookup = false
        journal.found.append(call.id)
    }

    /// libcurl moves a request to another connection when a reused one died without an answer. Something of it may
    /// have reached the peer: it goes no further then.
    private func wouldRepeat() -> Bool {
        if handle.requestBytesSent > 0 { facts.isRepeatRefused = true }
        return facts.isRepeatRefused
    }

    /// An address that cannot be read passes no filter.
    private func isAllowed(_ address: [UInt8]) -> Bool {
        guard let filter = call.request.addressFilter else { return true }
        return !address.isEmpty && filter.allows(address)
    }

    // MARK: asked by the engine

    func outcome(_ code: CURLcode) -> Call.Outcome {
        if code == CURLE_OK, let status = head.status, head.isComplete {
            defer { (body, place) = ([], nil) }
            place?.isWhole()
            var response = HTTPResponse(status: status, headers: head.headers, body: body)
            response.place = place
            return .success(response)
        }
        facts.isPastDeadline = ContinuousClock.now >= call.deadline
        let message =
            facts.message(filter: call.request.addressFilter)
            ?? (code == CURLE_OK ? "the peer closed within the answer's head" : handle.message(for: code))
        return .failure(failure(facts.code(for: code), message))
    }

    func failure(_ code: HTTPError.Code, _ message: String) -> HTTPError {
        let phase: HTTPError.Phase =
            if head.status != nil { .answerStarted } else if handle.requestBytesSent > 0 { .afterSend } else {
                .beforeSend
            }
        return HTTPError(code, phase: phase, message: message, status: head.status)
    }
}
