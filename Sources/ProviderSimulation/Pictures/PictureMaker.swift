/// Chooses the pictures of a call.
struct PictureMaker: Sendable {
    let library: PictureLibrary
    let size: SimulatorConfiguration.PictureSize
    /// The scenario's.
    let standard: PictureChoice

    /// As many as were asked for, each of another hue as far as there are hues.
    ///
    /// - Parameter choice: the script's; the caller's own wish goes after it and before the scenario's.
    func sources(for call: ProviderCall, choice: PictureChoice? = nil) -> [PictureSource] {
        (0..<call.count).map { index in
            switch choice ?? call.picture ?? standard {
            case .png: .made(.png(test(call, index)))
            case .jpeg: .made(.jpeg(test(call, index)))
            case .file(let path): .file(path)
            }
        }
    }

    func sources(for call: ProviderCall, spoiled: SpoiledPicture) -> [PictureSource] {
        Array(repeating: .made(.spoiled(spoiled)), count: call.count)
    }

    private func test(_ call: ProviderCall, _ index: Int) -> TestPicture {
        let divisor =
            switch size {
            case .large: 1
            case .medium: 2
            case .small: 16
            }
        let hue = Int(Director.hash(call.prompt) % UInt64(TestPicture.hues))
        return TestPicture(
            width: max(1, call.width / divisor), height: max(1, call.height / divisor),
            hue: (hue + index) % TestPicture.hues)
    }
}
