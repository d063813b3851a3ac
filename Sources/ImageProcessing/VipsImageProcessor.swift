import CVips
import Glibc
import JobModel
import Orchestration
import Threads

/// Pictures through libvips, on threads of their own.
///
/// Foreign bytes are opened only by the PNG, JPEG or WebP loader that their first bytes name, within ``PictureLimits``.
/// Everything kept is upright 8-bit sRGB without metadata. Transparency is laid on white (a provider's cut-out is a
/// dark thing more often than a light one); only a kept PNG keeps its alpha.
///
/// At most `threads` pictures are decoded at once; callers beyond that are suspended with their encoded bytes, so
/// whoever starts many bounds how many bytes wait. A cancelled caller's work is skipped if it has not begun and runs to
/// its end (some tens of milliseconds) if it has; both answer with an error of kind `canceled`. Nothing is left behind.
public final class VipsImageProcessor: ImageTransformer, VectorRasterizer, Sendable {
    private let pool: BlockingPool
    private let limits: PictureLimits

    /// - Parameter threads: nil for one a core.
    public init(threads: Int? = nil, limits: PictureLimits = PictureLimits()) {
        let count = threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        pool = BlockingPool(name: "picture", threads: count, onThreadEnd: VipsLibrary.endThread)
        self.limits = limits
    }

    /// Ends the threads after the work already queued; call nothing on this object afterwards.
    public func shutdown() async { await pool.shutdown() }

    /// Errors: `unusableOutput` (no picture we know, too large, damaged), `invalidRequest` (a transform that nobody can
    /// do), `canceled`, `internalFailure` (memory, libvips missing its parts).
    public func transform(
        _ bytes: [UInt8], as transform: ImageTransform
    ) async -> Result<TransformedImage, MediaError> {
        let limits = limits
        return await onPool { () throws(MediaError) in try bytes.transformed(as: transform, within: limits) }
    }

    /// Draws at the size that the document's own `width` and `height` say. JPEG comes baseline, transparency on white.
    public func rasterize(_ svg: String, as format: RasterFormat) async -> Result<[UInt8], MediaError> {
        let limits = limits
        return await onPool { () throws(MediaError) in try Array(svg.utf8).drawn(as: format, within: limits) }
    }

    private func onPool<Made: Sendable>(
        _ work: @escaping @Sendable () throws(MediaError) -> Made
    ) async -> Result<Made, MediaError> {
        let isCanceled = Locked(false)
        return await withTaskCancellationHandler {
            await pool.run {
                if isCanceled.withLock({ $0 }) { return .failure(MediaError(.canceled, "canceled before it began")) }
                if let failure = VipsLibrary.startFailure { return .failure(failure) }
                let made = Result(catching: work)
                return isCanceled.withLock { $0 } ? .failure(MediaError(.canceled, "canceled while it ran")) : made
            }
        } onCancel: {
            isCanceled.withLock { $0 = true }
        }
    }
}
