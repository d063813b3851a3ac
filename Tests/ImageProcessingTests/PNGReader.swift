/// The pixels of an 8-bit PNG that libvips wrote, read without libvips: the independent witness of what was made.
struct PNGReader {
    let width: Int
    let height: Int
    let channels: Int
    private let samples: [UInt8]

    /// nil if it is no such PNG.
    init?(_ file: [UInt8]) {
        guard file.count > 33, file[24] == 8, let channels = [0: 1, 2: 3, 4: 2, 6: 4][Int(file[25])] else { return nil }
        width = PNGReader.big(file, 16)
        height = PNGReader.big(file, 20)
        self.channels = channels
        var data: [UInt8] = []
        var at = 8
        while at + 12 <= file.count {
            let count = PNGReader.big(file, at)
            guard at + 12 + count <= file.count else { return nil }
            if Array(file[at + 4..<at + 8]) == Array("IDAT".utf8) { data += file[at + 8..<at + 8 + count] }
            at += 12 + count
        }
        var inflate = Inflate(Array(data.dropFirst(2)))
        guard let rows = inflate.run() else { return nil }
        let stride = width * channels
        guard rows.count == (stride + 1) * height else { return nil }
        samples = PNGReader.unfiltered(rows, stride: stride, height: height, step: channels)
    }

    func pixel(_ x: Int, _ y: Int) -> [Int] {
        let start = (y * width + x) * channels
        return samples[start..<start + channels].map(Int.init)
    }

    private static func big(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at]) << 24 | Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
    }

    private static func unfiltered(_ rows: [UInt8], stride: Int, height: Int, step: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: stride * height)
        for y in 0..<height {
            let filter = rows[y * (stride + 1)]
            for x in 0..<stride {
                let left = x >= step ? Int(out[y * stride + x - step]) : 0
                let up = y > 0 ? Int(out[(y - 1) * stride + x]) : 0
                let corner = x >= step && y > 0 ? Int(out[(y - 1) * stride + x - step]) : 0
                let guess =
                    switch filter {
                    case 1: left
                    case 2: up
                    case 3: (left + up) / 2
                    case 4: paeth(left, up, corner)
                    default: 0
                    }
                out[y * stride + x] = UInt8(truncatingIfNeeded: Int(rows[y * (stride + 1) + 1 + x]) + guess)
            }
        }
        return out
    }

    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let guess = left + up - corner
        let (a, b, c) = (abs(guess - left), abs(guess - up), abs(guess - corner))
        if a <= b, a <= c { return left }
        return b <= c ? up : corner
    }
}
