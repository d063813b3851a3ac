import CurlClient
import DarkroomHTTP
import ImageProcessing
import JSONCoding
import JobModel
import LMDBStore
import Orchestration

/// The libraries that are loaded, and that pictures with words in them can be drawn.
struct LibraryChecks {
    func run() async -> [Finding] {
        let libraries = [
            "libcurl \(CurlClient.libraryVersion)", "jansson \(JSON.libraryVersion)",
            "LMDB \(LMDBStore.libraryVersion)",
            "libvips \(VipsImageProcessor.libraryVersion)",
        ]
        return [
            .ok("darkroom", "version \(Release.version)"), .ok("libraries", libraries.joined(separator: ", ")),
            await letters("fonts", "Latin letters", "gh", package: "fonts-dejavu-core"),
            await letters("fonts", "Japanese letters", "\u{5149}\u{51FF}", package: "fonts-ipafont-gothic"),
        ]
    }

    /// Where no font has a letter its code is drawn in a box, the first two digits above the others. So the upper parts of
    /// two letters whose codes begin alike are the same if the font is missing, and differ if they are really drawn.
    private func letters(_ check: String, _ what: String, _ pair: String, package: String) async -> Finding {
        let images = VipsImageProcessor(threads: 1)
        var drawn: [[UInt8]] = []
        for letter in pair {
            switch await images.rasterize(Self.picture(of: letter), as: .png) {
            case .success(let bytes): drawn.append(bytes)
            case .failure(let error):
                await images.shutdown()
                return .fail("images", "libvips cannot draw: \(error.message)", "install libvips42 with librsvg")
            }
        }
        await images.shutdown()
        guard Set(drawn).count == pair.count else {
            return .warn(check, "no font has \(what)", "install \(package), or the local renderer's captions are boxes")
        }
        return .ok(check, "\(what) are drawn")
    }

    private static func picture(of letter: Character) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><clipPath id="top"><rect width="64" height="26"/>\
        </clipPath><g clip-path="url(#top)"><text x="8" y="52" font-size="48" font-family="DejaVu Sans, IPAGothic">\
        \(letter)</text></g></svg>
        """
    }
}
