import ImageProcessing
import JobModel
import Orchestration
import Testing

@Suite struct RefusalTests {
    @Test(arguments: [
        "", "x", "GIF89a\u{1}\u{1}", "%PDF-1.7 ...", "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<?xml version='1.0'?>",
        "push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://example.com/)'\npop graphic-context", "BM......",
        "<html>502 Bad Gateway</html>", "RIFF....WAVEfmt ", "id=ImageMagick", "P6 1 1 255 abc", "#!/bin/sh",
    ])
    func whatIsNoPictureIsRefused(text: String) async throws {
        let failure = try #require(await refusal(Array(text.utf8)))
        #expect(failure.kind == .unusableOutput)
    }

    @Test func theFirstBytesAloneAreNotEnough() async throws {
        #expect(await refusal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])?.kind == .unusableOutput)
        #expect(await refusal([0xFF, 0xD8, 0xFF])?.kind == .unusableOutput)
        #expect(await refusal(Array("RIFF\u{0}\u{0}\u{0}\u{0}WEBPVP8 ".utf8))?.kind == .unusableOutput)
        let disguised: [UInt8] = [0xFF, 0xD8, 0xFF] + Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)
        #expect(await refusal(disguised)?.kind == .unusableOutput)
    }

    @Test func bombsAreRefusedFromTheirHeader() async throws {
        let started = ContinuousClock.now
        let empty = PNGWriter.chunk("IDAT", PNGWriter.stored([0])) + PNGWriter.chunk("IEND", [])
        let huge = PNGWriter.header(width: 30_000, height: 30_000, colour: .rgb) + empty
        #expect(await refusal(huge)?.message.contains("30000×30000") == true)
        let wide = PNGWriter.header(width: 9_000, height: 9_000, colour: .rgb) + empty
        #expect(await refusal(wide)?.message.contains("more than the 40000000 allowed") == true)
        let interlaced = PNGWriter.header(width: 5_000, height: 5_000, colour: .rgba, interlaced: true) + empty
        #expect(await refusal(interlaced)?.message.contains("more than the 16800000 allowed") == true)
        // Decoding any of them would take a large part of a gigabyte and tens of seconds on a slow machine.
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test func limitsAreTheCallers() async throws {
        var limits = PictureLimits()
        limits.bytes = 1000
        limits.scans = 3
        let strict = VipsImageProcessor(threads: 1, limits: limits)
        let large = Samples.noisy(width: 100, height: 100)
        #expect(await refusal(large, by: strict)?.message.contains("more than the 1000 allowed") == true)
        let small = Samples.plain([1, 2, 3], colour: .rgb)
        let progressive = try await processor.transform(small, as: box(16, 16)).get().bytes
        #expect(await refusal(progressive, by: strict)?.message.contains("scans") == true)
        await strict.shutdown()
    }

    @Test func onlySinglePicturesAreTaken() async throws {
        #expect(await refusal(Fixtures.animatedWebP)?.message.contains("2 frames") == true)
    }

    @Test(arguments: [0.1, 0.5, 0.9, 0.99])
    func truncatedPicturesAreRefused(share: Double) async throws {
        for picture in try await Self.good() {
            let part = Array(picture.prefix(Int(Double(picture.count) * share)))
            #expect(await refusal(part)?.kind == .unusableOutput, "\(picture.count) bytes")
        }
    }

    /// Tall enough that the kept part ends far above the lost rows.
    @Test func damageOutsideTheKeptPartIsRefusedToo() async throws {
        let tall = Samples.noisy(width: 200, height: 1200)
        #expect(await refusal(tall, as: box(100, 100)) == nil)
        #expect(await refusal(Array(tall.prefix(tall.count * 95 / 100)), as: box(100, 100))?.kind == .unusableOutput)
    }

    @Test func damagedPicturesAreRefused() async throws {
        for picture in try await Self.good().prefix(2) {
            var damaged = picture
            for offset in 0..<64 {
                damaged[damaged.count / 2 + offset] = UInt8(truncatingIfNeeded: 0xFF &- offset &* 37)
            }
            #expect(await refusal(damaged)?.kind == .unusableOutput)
        }
        var oneBit = Samples.noisy(width: 200, height: 200)
        oneBit[oneBit.count / 2] ^= 1
        #expect(await refusal(oneBit)?.kind == .unusableOutput)
    }

    @Test func messagesAreShort() async throws {
        let part = Array(Samples.noisy(width: 600, height: 600).prefix(60_000))
        let message = try #require(await refusal(part)).message
        #expect(message.count <= 200 && !message.contains("\n"))
    }

    @Test func impossibleTransformsAreRefused() async throws {
        let picture = Samples.plain([1, 2, 3], colour: .rgb)
        #expect(await refusal(picture, as: box(0, 512))?.kind == .invalidRequest)
        let quality = ImageTransform.coverJPEG(size: PixelSize(width: 8, height: 8), quality: 101)
        #expect(await refusal(picture, as: quality)?.kind == .invalidRequest)
    }

    @Test func aCancelledCallerGetsNoPicture() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await refusal(Samples.plain([1, 2, 3], colour: .rgb))
        }
        #expect(await task.value?.kind == .canceled)
    }

    /// One PNG, one baseline-like JPEG, one WebP: all good.
    private static func good() async throws -> [[UInt8]] {
        let png = Samples.noisy(width: 300, height: 300)
        return [png, try await processor.transform(png, as: .keepSize(format: .jpeg)).get().bytes, Fixtures.webp]
    }

    private func refusal(
        _ bytes: [UInt8], as transform: ImageTransform = .caseImage, by processor: VipsImageProcessor = processor
    ) async -> MediaError? {
        switch await processor.transform(bytes, as: transform) {
        case .success: nil
        case .failure(let error): error
        }
    }
}
