import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// One attempt: order or find a prediction, follow it to its end, fetch what it made.
struct ReplicateAttempt: Sendable {
    let api: ReplicateAPI
    let downloads: PictureDownload
    let failures: ReplicateFailures
    let waiting: WaitingCalls
    let target: ReplicateTarget
    let model: String
    let job: JobName
    /// As `data:` URIs.
    let pictures: [String]
    let price: Price
    let deadline: ContinuousClock.Instant
    let observer: CallObserver

    var left: Duration { deadline - .now }

    func run(prompt: String, earlier: RemoteCall?) async -> GenerationResult {
        if let earlier, earlier.provider == failures.report.provider { return await resume(earlier) }
        return await order(prompt: prompt)
    }

    // MARK: A call from before

    /// What became of it. How it failed is told and nothing is ordered: that is the next attempt's.
    private func resume(_ call: RemoteCall) async -> GenerationResult {
        switch await ask(call) {
        case .news(let news) where news.prediction.status == .canceled: return .failed(failures.wasCanceled())
        case .news(let news): return await follow(call, news)
        case .missing: return .failed(failures.forgotten())
        case .ended(let error): return .failed(error)
        case .unanswered(let error):
            if Task.isCancelled { return abandon(call) }
            return .failed(error)
        }
    }

    // MARK: A new call

    private func order(prompt: String) async -> GenerationResult {
        let left = left
        guard !Task.isCancelled else { return .failed(failures.canceledBeforeSend()) }
        guard left > .zero else { return .failed(failures.lateBeforeSend()) }
        let message: HTTPRequest
        do throws(JSONError) {
            message = try api.create(
                target, prompt: prompt, pictures: pictures, of: job, within: left, onSend: observer.sent)
        } catch {
            return .failed(failures.report.invalid("the prompt \(error.message)"))
        }
        let response: HTTPResponse
        do throws(HTTPError) { response = try await api.http.send(message) } catch {
            return .failed(failures.creating(error))
        }
        guard (200..<300).contains(response.status) else { return .failed(failures.answered(response)) }
        return await begin(response)
    }

    private func begin(_ response: HTTPResponse) async -> GenerationResult {
        let news: ReplicateAPI.News
        do throws(JSONError) { news = try api.read(response) } catch {
            return .failed(failures.unreadableOrder(error.message, response))
        }
        let call: RemoteCall
        do throws(InvalidRequest) {
            call = try RemoteCall(provider: failures.report.provider, id: news.prediction.id)
        } catch {
            return .failed(failures.unreadableOrder("\(error.field) \(error.message)", response))
        }
        observer.named(call)
        if news.prediction.isFinishedInline { return await fetch(news) }
        return await follow(call, news)
    }

    // MARK: Its end

    /// Asks until the prediction has ended or the attempt has.
    private func follow(_ call: RemoteCall, _ first: ReplicateAPI.News) async -> GenerationResult {
        let wakeup = waiting.enter(call.id)
        defer { waiting.leave(call.id, wakeup) }
        var poll = ReplicatePoll(pace: api.configuration.pace)
        var news = first
        while true {
            if news.prediction.status != .running { return await settle(news) }
            await poll.pause(wakeup, until: deadline)
            guard !Task.isCancelled, left > .zero else { return abandon(call, poll.lastTrouble) }
            switch await ask(call) {
            case .news(let latest):
                news = latest
                poll.wasAnswered()
            case .missing:
                guard poll.wasMissing() else { return .failed(failures.vanished()) }
            case .ended(let error): return .failed(error)
            case .unanswered(let error): poll.wasUnanswered(error)
            }
        }
    }

    private func settle(_ news: ReplicateAPI.News) async -> GenerationResult {
        guard news.prediction.status == .succeeded else { return .failed(failures.ended(news.prediction)) }
        return await fetch(news)
    }

    private func fetch(_ news: ReplicateAPI.News) async -> GenerationResult {
        let url: String
        switch news.prediction.picture {
        case .url(let text): url = text
        case .none: return .failed(failures.noOutput(news.prediction, price))
        case .other: return .failed(failures.noPicture(price))
        }
        switch await downloads.fetch(url, timeout: left, provider: failures.report.provider) {
        case .failure(let error): return .failed(failures.notFetched(error, price))
        case .success(let picture):
            return .made(
                GeneratedMedia(
                    bytes: picture.bytes, mediaType: picture.mediaType, model: model, costMicros: price.micros,
                    hold: picture.hold ?? news.hold))
        }
    }

    /// The attempt is over and the prediction is not.
    private func abandon(_ call: RemoteCall, _ trouble: String? = nil) -> GenerationResult {
        api.cancelLater(call.id)
        return .failed(Task.isCancelled ? failures.canceledAfterSend() : failures.late(trouble))
    }
}

// MARK: - Asking

extension ReplicateAttempt {
    enum Asked {
        case news(ReplicateAPI.News)
        /// The provider knows no such prediction.
        case missing
        /// Asking again is of no use.
        case ended(MediaError)
        /// Nothing was learned. The error keeps the question open.
        case unanswered(MediaError)
    }

    func ask(_ call: RemoteCall) async -> Asked {
        let timeout = min(left, api.configuration.pollTimeout)
        guard timeout > .zero else { return .unanswered(failures.late(nil)) }
        let response: HTTPResponse
        do throws(HTTPError) { response = try await api.http.send(api.get(call.id, timeout: timeout)) } catch {
            let report = failures.asking(error)
            return error.code == .closed ? .ended(report) : .unanswered(report)
        }
        switch response.status {
        case 200..<300: break
        case 404, 410: return .missing
        case 401, 403: return .ended(failures.answered(response, phase: .afterSend))
        default: return .unanswered(failures.asking(response))
        }
        do throws(JSONError) {
            let news = try api.read(response)
            guard news.prediction.id == call.id else { return .unanswered(failures.unreadable("is of another call")) }
            return .news(news)
        } catch {
            return .unanswered(failures.unreadable(error.message))
        }
    }
}
