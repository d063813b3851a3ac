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

    /// A job of another owner and family, with all that its words may say.
    private func general() throws -> (JobRecord, JobSpecification) {
        let id = try JobID("job_9")
        let asset = AssetSpecification(
            id: try AssetID("0"), kind: .other("render"), prompt: "A pier at night.",
            subject: Subject(name: "render", description: "A pier."), model: "model-2",
            transform: .keepSize(format: .jpeg), priority: 2,
            inputs: [
                InputPicture(hash: Make.hash(5), mediaType: "image/png", bytes: 900),
                InputPicture(hash: Make.hash(6), mediaType: "image/jpeg", bytes: 700, role: .mask),
            ])
        let specification = JobSpecification(caseID: CaseID(of: id), assets: [asset])
        let job = JobRecord(
            jobID: id, owner: try OwnerID("acme"), caseID: CaseID(of: id), createdAt: 0,
            specification: Make.hash(1), requestHash: Make.hash(2),
            handOut: HandOut(
                epoch: 3, worker: Make.worker, claim: try Claim("claim_9"), stopBy: 9, webhookURL: Make.webhookURL,
                artifactURL: Make.artifactURL),
            assets: [JobAsset(id: asset.id, kind: asset.kind, name: "render")],
            inputs: specification.inputs.map(\.hash), family: .generation)
        return (job, specification)
    }

    @Test("the general form says whose job it is, and all of what is to be made")
    func generalRoundTrip() throws {
        let (job, specification) = try general()
        let bytes = try JSON.encode(job.generalRequest(specification), style: .pretty)
        #expect(String(decoding: bytes, as: UTF8.self) == (try JobModelTests.golden("general-request")))
        let request = try JSON.decode(GeneralRunRequest.self, from: bytes)
        #expect(try RequestRules.specification(of: request, jobID: job.jobID) == specification)
        #expect(request.handOut.owner == job.owner && request.handOut.epoch == 3)
    }

    @Test("every transform that has a name keeps it")
    func transformNames() {
        for name in GeneralRunRequest.TransformName.allCases {
            #expect(GeneralRunRequest.TransformName(name.transform) == name)
        }
        let other = ImageTransform.coverJPEG(size: PixelSize(width: 8, height: 8), quality: 80)
        #expect(GeneralRunRequest.TransformName(other) == nil)
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
