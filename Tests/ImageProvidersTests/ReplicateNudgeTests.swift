import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite("a provider's callback", .timeLimit(.minutes(2)))
struct ReplicateNudgeTests {
    @Test("ends the pause at once, and many of them ask no more than one does")
    func nudged() async throws {
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("processing")),
            .answer(try Replicate.prediction("succeeded", output: .string(Replicate.file))),
            .answer(Replicate.delivered()),
        ])
        // Only a nudge can end this in the test's time.
        let provider = try Replicate.provider(http) { $0.pace.first = .seconds(3600) }
        let call = try Replicate.call()
        let request = try Replicate.request(timeout: .seconds(7200))
        // Told as soon as the id is known, which is before anybody waits for it.
        let observer = CallObserver(named: { named in for _ in 0..<100 { provider.nudge(named) } })
        let task = Task { await provider.generate(request, observer: observer) }
        await http.wait { $0.count >= 1 }
        while http.requests.count < 3 {
            provider.nudge(call)
            await Task.yield()
        }
        #expect(madeMedia(await task.value)?.bytes == Replicate.picture)
        #expect(http.requests.count == 3)
    }

    @Test("that comes while the question is under way is not lost")
    func duringPoll() async throws {
        let call = try Replicate.call()
        let provider = Box<ReplicateProvider>()
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("processing")),
            .doing { provider.value?.nudge(call) }, .answer(try Replicate.prediction("processing")),
            .answer(try Replicate.prediction("failed")),
        ])
        // Only nudges can end the two pauses in the test's time: the first is ended from here, the second by the one that
        // came while the first question was under way.
        let adapter = try Replicate.provider(http) {
            $0.pace.first = .seconds(3600)
            $0.pace.longest = .seconds(3600)
        }
        provider.value = adapter
        let request = try Replicate.request(timeout: .seconds(7200))
        let task = Task { await adapter.generate(request, observer: CallObserver()) }
        while http.requests.count < 2 {
            adapter.nudge(call)
            await Task.yield()
        }
        #expect(mediaError(await task.value)?.providerCode == "FAILED")
        #expect(http.requests.count == 3)
    }

    @Test("about a call that is not under way, or another provider's, is ignored")
    func strangers() async throws {
        let http = ScriptedHTTP([], then: .silence)
        let provider = try Replicate.provider(http)
        provider.nudge(try Replicate.call())
        provider.nudge(try RemoteCall(provider: "gemini", id: Replicate.id))
        #expect(http.requests.isEmpty)
    }

    @Test("may come from many threads, before, during and after the call")
    func races() async throws {
        let call = try Replicate.call()
        for _ in 0..<20 {
            let polls = (0..<20).map { _ in ScriptedHTTP.Step.answer(HTTPResponse(status: 500, headers: [], body: [])) }
            let first = ScriptedHTTP.Step.answer(try Replicate.prediction("processing"))
            let last = ScriptedHTTP.Step.answer(try Replicate.prediction("canceled"))
            let http = ScriptedHTTP([first] + polls + [last])
            let provider = try Replicate.provider(http)
            let request = try Replicate.request()
            let result = await withTaskGroup(of: GenerationResult?.self) { group in
                group.addTask { await provider.generate(request, observer: CallObserver()) }
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<500 { provider.nudge(call) }
                        return nil
                    }
                }
                var result: GenerationResult?
                for await ended in group { result = ended ?? result }
                return result
            }
            #expect(result.flatMap(mediaError)?.providerCode == "CANCELED")
            #expect(http.requests.count == 22)
        }
    }
}
