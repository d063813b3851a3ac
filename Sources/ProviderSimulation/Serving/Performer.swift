import Hummingbird
import JSONCoding
import NIOCore

/// Carries out what the director decided about one call that is answered at once.
struct Performer: Sendable {
    let form: any AnswerForm
    let call: ProviderCall
    let decision: Director.Decision
    let exchange: Exchange
    let maker: PictureMaker
    let links: LinkMaker

    private var delivery: Delivery { Delivery(exchange: exchange) }

    func respond() async throws -> Response {
        do throws(CallOver) {
            try await exchange.wait(for: decision)
        } catch {
            return await delivery.nothing()
        }
        let ending = decision.script.ending
        if case .hugeBody = ending { return try await hugeBody(ending) }
        return await delivery.send(try await answer(ending), ending.manner)
    }

    /// Where a URL is answered, the file behind it is the huge one.
    private func hugeBody(_ ending: Ending) async throws -> Response {
        if call.byURL { return await delivery.send(try await pictureAnswer(maker.sources(for: call), ending)) }
        let picture = EncodedPicture(mimeType: "image/png", base64: ByteBuffer())
        return await delivery.send(try answer(.pictures([picture])), ending.manner)
    }

    // MARK: What is said

    private func answer(_ ending: Ending) async throws -> Answer {
        switch ending {
        case .picture(let choice): return try await pictureAnswer(maker.sources(for: call, choice: choice))
        case .thoughtFirst:
            let picture = try await maker.library.pictures(maker.sources(for: call))[0]
            return try answer(.thoughtThenPicture(picture))
        case .refusal(let refusal): return try await refused(refusal)
        case .spoiled(let spoiled): return try await pictureAnswer(maker.sources(for: call, spoiled: spoiled))
        case .hollow(let hollow): return try await hollowAnswer(hollow)
        case .fault(let fault): return try form.fault(fault, to: call)
        case .download(let ending): return try await pictureAnswer(maker.sources(for: call), ending)
        case .prediction(.failed), .prediction(.canceled), .prediction(.aborted):
            return try form.fault(Fault(status: 500), to: call)
        default: return try await pictureAnswer(maker.sources(for: call))
        }
    }

    private func refused(_ refusal: Refusal) async throws -> Answer {
        switch refusal {
        case .promptBlocked(let reason): return try answer(.promptBlocked(reason: reason))
        case .imageBlocked(let reason): return try answer(.imageBlocked(reason: reason))
        case .textOnly: return try answer(.text("I cannot make this image, but I can describe it for you."))
        case .someBlocked:
            let sources = maker.sources(for: call).dropLast()
            return try answer(.someBlocked(try await maker.library.pictures(Array(sources))))
        }
    }

    private func hollowAnswer(_ hollow: HollowAnswer) async throws -> Answer {
        if let answer = hollow.answer { return answer }
        guard hollow == .wrongContentType else { return try answer(.noPicture) }
        var answer = try await pictureAnswer(maker.sources(for: call))
        answer.contentType = HollowAnswer.wrongType
        return answer
    }

    private func pictureAnswer(_ sources: [PictureSource], _ download: Ending? = nil) async throws -> Answer {
        guard call.wantsPicture else { return try answer(.text("Here is a description instead of a picture.")) }
        if call.byURL { return try answer(.links(links.links(to: sources, ending: download, flavor: call.flavor))) }
        return try answer(.pictures(try await maker.library.pictures(sources)))
    }

    private func answer(_ content: AnswerContent) throws -> Answer {
        try form.answer(content, to: call, id: UInt64(exchange.number ?? 0))
    }
}

extension HollowAnswer {
    static let wrongType = "text/html; charset=UTF-8"

    /// The same for every provider; nil where it depends on the form.
    var answer: Answer? {
        switch self {
        case .emptyObject: Answer(status: 200, body: [ByteBuffer(string: "{}\n")])
        case .emptyBody: Answer(status: 200, body: [])
        case .notJSON:
            Answer(status: 200, body: [ByteBuffer(string: "<html><body>Bad gateway somewhere</body></html>\n")])
        case .noImage, .wrongContentType: nil
        }
    }
}
