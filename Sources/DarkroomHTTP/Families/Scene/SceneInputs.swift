import JobModel
import Orchestration

/// The pictures that come inside a scene's request.
enum SceneInputs {
    static func read(_ body: SceneRequest, _ desk: ControlDesk) async throws -> [CheckedInput] {
        var files: [InputFile] = []
        func add(_ text: String?, _ field: String, _ role: InputPicture.Role) throws(InvalidRequest) {
            guard let text else { return }
            files.append(
                InputFile(field: field, bytes: try InputRules.bytes(ofDataURI: text, field: field), role: role))
        }
        try add(body.image, "image", .source)
        try add(body.mask, "mask", .mask)
        for (index, text) in (body.references ?? []).enumerated() {
            try add(text, "references[\(index)]", .reference)
        }
        try check(body, files.count)
        return try await desk.checked(files)
    }

    private static func check(_ body: SceneRequest, _ count: Int) throws(InvalidRequest) {
        guard count <= AssetSpecification.maximumInputs else {
            throw InvalidRequest(
                field: "references", message: "makes more than \(AssetSpecification.maximumInputs) pictures in all")
        }
        switch body.job_type {
        case .inpaint:
            if body.image == nil { throw InvalidRequest(field: "image", message: "is needed to fill a part of it") }
            if body.mask == nil {
                throw InvalidRequest(field: "mask", message: "is needed to say which part is filled")
            }
        case .variation, .assetKey, .startFrame, .endFrame:
            if body.mask != nil { throw InvalidRequest(field: "mask", message: "belongs to job_type inpaint") }
        }
    }
}
