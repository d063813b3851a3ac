import JobModel
import Testing

@testable import DarkroomHTTP

@Suite("Words, times and places")
struct WordsTests {
    @Test(
        "times as RFC 3339 has them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"),
            (1_700_000_000_000, "2023-11-14T22:13:20.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Milliseconds, String)])
    func times(time: Milliseconds, text: String) { #expect(Instants.text(time) == text) }

    @Test("a refused word stands for itself, in whatever case and between whatever signs")
    func refusedWords() throws {
        let refused = RefusedWords(["grenade", "Nerve  Gas", "", " - "])
        for text in ["a GRENADE!", "nerve-gas", "(nerve gas)", "Grenade"] {
            #expect("\(text)") { try refused.check(text, field: "prompt") } throws: {
                ($0 as? InvalidRequest)?.field == "prompt"
            }
        }
        for text in ["grenadeers", "nerve", "gas nerve", "nervegas", ""] { try refused.check(text, field: "prompt") }
        try RefusedWords([]).check("grenade", field: "prompt")
    }

    @Test("a film project's picture names its job, whatever the job is called")
    func scenePaths() throws {
        for id in ["job_1", "job_a_2", "x-1.y"] {
            let job = try JobID(id)
            for type in SceneDetails.JobType.allCases {
                let details = SceneDetails(jobType: type, projectID: "p", branchID: "b", prompt: "")
                let path = ScenePath.path(of: 3, job, details)
                let name = try #require(ScenePath.name(path.split(separator: "/").last ?? ""))
                #expect(name.job == job && name.index == 3)
            }
        }
        for file in [
            "start_frame_1.png", "start_frame__1.png", "poster_j_1.png", "start_frame_j_x.png", "start_frame_j_1.jpg",
        ] {
            #expect(ScenePath.name(file[...]) == nil, "\(file)")
        }
    }

    @Test("a header's value and its parameters")
    func headerValues() {
        let value = HeaderValue("Form-Data ; Name=\"a \\\"b\\\"; c\" ;filename = x ; name=later")
        #expect(value?.value == "form-data")
        #expect(value?.parameters == ["name": "a \"b\"; c", "filename": "x"])
        for text in ["", ";", "a; =b", "a; b", "a; b=\"c", "a; b=\"c\" d"] {
            #expect(HeaderValue(text) == nil, "\(text)")
        }
    }
}
