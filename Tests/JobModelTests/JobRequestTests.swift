import JSONCoding
import Testing

@testable import JobModel

@Suite("What a trigger says")
struct JobRequestTests {
    /// The job of ``Make/job(_:request:assets:now:)``, in the words of a case.
    private func specification(_ job: JobRecord) -> JobSpecification {
        JobSpecification(
            caseID: job.caseID,
            assets: job.assets.map { asset in
                let subject = Subject(name: asset.name, description: "Found at the scene.")
                return AssetSpecification(
                    id: asset.id, kind: asset.kind, prompt: PromptTemplate.prompt(for: asset.kind, subject: subject),
                    subject: subject)
            })
    }

    /// One made, one parked for good, one held whose words were edited.
    private func edited() throws -> (JobRecord, JobSpecification) {
        var desk = try JobDesk.accepted()
        var end = Make.snapshot(of: desk.job, version: 9, status: .partial, [.generated, .needsPromptUpdate, .held])
        end.assets[2].openCall = try RemoteCall(provider: "replicate", id: "p7")
        desk.report(end)
        try desk.retry(["location-1"])
        var specification = specification(desk.job)
        specification.assets[2].prompt = "A pier at night, in the rain."
        specification.assets[2].model = "another-model"
        return (desk.job, specification)
    }

    @Test("the request as it is sent")
    func golden() throws {
        let (job, specification) = try edited()
        let request = job.request(specification)
        let written = String(decoding: try JSON.encode(request, style: .pretty), as: UTF8.self)
        let stored = try JobModelTests.golden("case-request")
        #expect(written == stored)
        #expect(try JSON.decode(CaseImagesRequest.self, from: Array(stored.utf8)) == request)
    }

    @Test("the worker reads back the specification that the job was made of, edited words and all")
    func roundTrip() throws {
        let (job, specification) = try edited()
        let bytes = try JSON.encode(job.request(specification))
        let request = try JSON.decode(CaseImagesRequest.self, from: bytes)
        #expect(try RequestRules.specification(of: request) == specification)
        try RequestRules.check(request.handOut, of: specification)
    }

    @Test("everything that is not to be made is kept, with its state and reason")
    func kept() throws {
        let (job, specification) = try edited()
        let handOut = job.request(specification).handOut
        let kept = try #require(handOut.kept)
        #expect(kept.map(\.id.text) == ["evidence-1", "evidence-2"])
        #expect(kept[0].status == nil && kept[0].picture == job.assets[0].picture)
        #expect(kept[1].status == .needsPromptUpdate && kept[1].picture == nil && kept[1].error?.kind == .timeout)
        #expect(
            handOut.openCalls == [OpenCall(id: job.assets[2].id, call: try RemoteCall(provider: "replicate", id: "p7"))]
        )
    }

    @Test("a fallback asks about no calls: somebody chose not to wait for them")
    func fallback() throws {
        let (job, specification) = try edited()
        var desk = JobDesk(job)
        desk.end(.partial, [.generated, .needsPromptUpdate, .failed])
        desk.report(version: 9, .partial, [.generated, .needsPromptUpdate, .failed])
        var held = desk.job
        held.assets[2].openCall = try RemoteCall(provider: "replicate", id: "p7")
        desk = JobDesk(held)
        try desk.retry(nil, .fallback(provider: "local"))
        let handOut = desk.job.request(specification).handOut
        #expect(handOut.openCalls == nil)
        #expect(handOut.options?.providers == ["local"] && handOut.options?.isFallback == true)
        #expect(handOut.kept?.map(\.id.text) == ["evidence-1"])
        // What came of the call is not forgotten.
        #expect(desk.job.assets[2].openCall?.id == "p7")
    }

    @Test("what a stranger made and keeps is not named as kept")
    func foreignLinks() throws {
        var job = try Make.job()
        job.assets[0].status = .generated
        job.assets[0].link = "https://pictures.example/1"
        #expect(job.request(specification(job)).handOut.kept == [])
    }

    @Test("a fresh job's request names the template's words nowhere")
    func templates() throws {
        let job = try Make.job()
        let request = job.request(specification(job))
        #expect((request.evidence + request.locations).allSatisfy { $0.prompt == nil && $0.model == nil })
        #expect(request.handOut.openCalls == nil && request.handOut.options == nil)
    }
}
