import JobModel

/// What stands at the provider's side: predictions that can be asked about by id. Calls without ids leave nothing there
/// but their bill.
final class Provider {
    static let names = ["plain", "named"]

    final class Prediction {
        enum State {
            case running
            case succeeded(ContentHash)
            /// Ended in something that is no picture, and billed.
            case unusable
            case failed
            case refused
            case canceled
        }

        let call: RemoteCall
        /// The call that ordered it: whatever it costs was spent by that one.
        let order: Books.Entry
        var state = State.running
        /// Told when it ends.
        var followers: [ProviderCall] = []

        init(_ call: RemoteCall, order: Books.Entry) {
            self.call = call
            self.order = order
        }

        var isRunning: Bool { if case .running = state { true } else { false } }
    }

    private(set) var predictions: [RemoteCall: Prediction] = [:]
    private var ordered = 0

    func order(_ entry: Books.Entry) -> Prediction {
        ordered += 1
        let call = Names.known(try? RemoteCall(provider: "named", id: "p\(ordered)"))
        let prediction = Prediction(call, order: entry)
        predictions[call] = prediction
        return prediction
    }

    func forget(_ call: RemoteCall) { predictions[call] = nil }
}

/// How a call to a provider goes.
enum CallFate: CaseIterable {
    case made
    case failed
    case limited
    case refused
    /// Bytes that are no picture; paid for.
    case unusable
    /// Never answers.
    case hung
    /// The connection breaks after the request had left.
    case broken
    case unsendable
    /// Made, after the caller has given up.
    case late

    static func draw(_ world: World) -> CallFate {
        guard world.chance(world.faults.calls) else { return .made }
        return world.dice.pick([.failed, .failed, .limited, .refused, .unusable, .hung, .broken, .unsendable, .late])
    }

    var happening: Happening {
        switch self {
        case .made: .callMade
        case .failed: .callFailed
        case .limited: .callLimited
        case .refused: .callRefused
        case .unusable: .callUnusable
        case .hung: .callHung
        case .broken: .callBroken
        case .unsendable: .callUnsendable
        case .late: .callLate
        }
    }
}
