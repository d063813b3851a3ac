import Hummingbird
import NIOCore

/// Carries out what the director decided about a call that creates a prediction. The script's waits and hangs are the
/// prediction's; what concerns the answer and its connection is the call's.
struct PredictionCreation: Sendable {
    let call: ProviderCall
    let request: PredictionRequest
    let decision: Director.Decision
    let exchange: Exchange
    let service: PredictionService
    let log: CallLog
    let maker: PictureMaker
    let links: LinkMaker
    /// The scenario's.
    let shape: OutputShape?
    let longestHang: Duration

    private static let full = "Too many predictions are under way."

    func respond() async throws -> Response {
        let delivery = Delivery(exchange: exchange)
        let ending = decision.script.ending
        if case .fault(let fault) = ending {
            do throws(CallOver) { try await exchange.wait(for: decision) } catch { return await delivery.nothing() }
            return await delivery.send(try ReplicateErrors.answer(fault))
        }
        guard let prediction = create() else {
            return await delivery.send(try ReplicateErrors.problem(429, Self.full).answer())
        }
        exchange.note { $0.prediction = prediction.id }
        defer { service.leave(prediction.id) }
        let isReady: Bool
        do throws(CallOver) {
            isReady = try await waitForOutput(prediction.id)
        } catch {
            return await delivery.nothing()
        }
        let answer = try await answer(prediction, isReady: isReady)
        return await delivery.send(hollow(ending, answer), manner(ending))
    }

    /// Waits no longer than the caller asked to.
    private func waitForOutput(_ id: String) async throws(CallOver) -> Bool {
        guard let seconds = request.wait else { return false }
        return try await exchange.wait(atMost: .seconds(seconds)) { service[id]?.isReady ?? true }
    }

    private func answer(_ prediction: Prediction, isReady: Bool) async throws -> Answer {
        let current = service[prediction.id] ?? prediction
        let document = ReplicateDocument(prediction: current, library: maker.library)
        var answer = Answer(status: 201, contentType: "application/json", headers: ReplicateErrors.limits, body: [])
        answer.headers.append(("location", "\(request.origin)/v1/predictions/\(prediction.id)"))
        if let seconds = request.wait { answer.headers.append(("preference-applied", "wait=\(seconds)")) }
        answer.body = try await document.created(waited: isReady)
        return answer
    }

    private func hollow(_ ending: Ending, _ answer: Answer) -> Answer {
        guard case .hollow(let hollow) = ending else { return answer }
        var changed = hollow.answer ?? answer
        changed.status = answer.status
        if hollow == .wrongContentType { changed.contentType = HollowAnswer.wrongType }
        return changed
    }

    private func manner(_ ending: Ending) -> Manner {
        switch ending {
        case .hangBeforeHeaders, .hangAfterHeaders, .hugeBody: .whole
        default: ending.manner
        }
    }

    // MARK: What is created

    private func create() -> Prediction? {
        let output = output()
        let deadline = request.cancelAfter.map { ContinuousClock.now + .seconds($0) }
        let (ending, number, loop) = (decision.script.ending, exchange.number ?? 0, exchange.channel.eventLoop)
        return service.create(
            { [call, request] id, count in
                Prediction(
                    id: id, number: count, call: number, model: call.model, request: request, ending: ending,
                    createdMs: UnixTime.milliseconds)
            }, caller: exchange.watch,
            // Not the call itself: its record must end with its connection, not with the prediction.
            live: { [service, log, decision, longestHang] id, watch in
                await PredictionLife(
                    id: id, watch: watch, service: service, log: log, loop: loop, decision: decision, output: output,
                    deadline: deadline, longestHang: longestHang
                ).run()
            })
    }

    private func output() -> Prediction.Output? {
        var download: Ending?
        var sources = maker.sources(for: call)
        var shape = shape ?? (request.wantsList ? .list : .url)
        switch decision.script.ending {
        case .hollow(.noImage): return nil
        case .picture(let choice): sources = maker.sources(for: call, choice: choice)
        case .spoiled(let spoiled): sources = maker.sources(for: call, spoiled: spoiled)
        case .refusal(.someBlocked): sources.removeLast()
        case .hugeBody: download = decision.script.ending
        case .download(let ending): download = ending
        case .prediction(.output(let asked)): shape = asked
        default: break
        }
        return Prediction.Output(sources: sources, shape: shape, links: links.links(to: sources, ending: download))
    }
}
