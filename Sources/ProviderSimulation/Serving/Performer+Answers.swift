import JSONCoding
import NIOCore

/// What is said; how it is sent is the performer's other half.
extension Performer {
    func answer() async throws -> Answer {
        switch decision.script.ending {
        case .picture(let choice): return try await pictureAnswer(choice ?? defaultPicture)
        case .thoughtFirst:
            return try answer(.thoughtThenPicture(try await picture(defaultPicture)))
        case .refusal(.promptBlocked(let reason)): return try answer(.promptBlocked(reason: reason))
        case .refusal(.imageBlocked(let reason)): return try answer(.imageBlocked(reason: reason))
        case .refusal(.textOnly):
            return try answer(.text("I cannot make this image, but I can describe it for you."))
        case .spoiled(let spoiled): return try answer(.picture(await pictures.picture(.spoiled(spoiled))))
        case .hollow(let hollow): return try await hollowAnswer(hollow)
        case .fault(let fault): return try form.fault(fault, model: call.model)
        default: preconditionFailure("endings that handle the connection are performed, not said")
        }
    }

    private func hollowAnswer(_ hollow: HollowAnswer) async throws -> Answer {
        switch hollow {
        case .noImage: return try answer(.noPicture)
        case .emptyObject: return Answer(status: 200, body: [ByteBuffer(string: "{}\n")])
        case .emptyBody: return Answer(status: 200, body: [])
        case .notJSON:
            return Answer(status: 200, body: [ByteBuffer(string: "<html><body>Bad gateway somewhere</body></html>\n")])
        case .wrongContentType:
            var answer = try await pictureAnswer(defaultPicture)
            answer.contentType = "text/html; charset=UTF-8"
            return answer
        }
    }

    func answer(_ content: AnswerContent) throws -> Answer {
        try form.answer(content, to: call, id: UInt64(exchange.number))
    }

    func pictureAnswer(_ choice: PictureChoice) async throws -> Answer {
        guard call.wantsPicture else { return try answer(.text("Here is a description instead of a picture.")) }
        return try answer(.picture(try await picture(choice)))
    }

    private func picture(_ choice: PictureChoice) async throws -> EncodedPicture {
        let divisor =
            switch size {
            case .large: 1
            case .medium: 2
            case .small: 16
            }
        let test = TestPicture(
            width: call.width / divisor, height: call.height / divisor,
            hue: Int(Director.hash(call.prompt) % UInt64(TestPicture.hues)))
        switch choice {
        case .png: return await pictures.picture(.png(test))
        case .jpeg: return await pictures.picture(.jpeg(test))
        case .file(let path):
            guard let picture = pictures.file(path) else { throw ScenarioError(path: path, message: "was not read") }
            return picture
        }
    }
}
