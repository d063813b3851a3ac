#pragma once

#include <malloc.h>
#include <vips/vips.h>

// libvips' operations are variadic, which Swift cannot call: one wrapper per operation, with the options that this
// product wants baked in. Each returns a new reference or NULL; the reason is then in libvips' error buffer.
// Buffers are not copied: they must outlive every image made from them.

#ifdef __cplusplus
extern "C" {
#endif

static inline void dr_vips_ignore_log(const gchar *_Nullable domain, GLogLevelFlags level,
                                      const gchar *_Nullable message, gpointer _Nullable data) {
    (void)domain; (void)level; (void)message; (void)data;
}

// Once per process, before any other call. Returns 0 when the library is ready.
static inline int dr_vips_start(void) {
    // glibc gives every thread an arena of its own and pixel buffers never leave it: two hold the same work in less.
    mallopt(M_ARENA_MAX, 2);
    if (VIPS_INIT("darkroom") != 0) return -1;
    // A damaged picture makes libvips warn once a row on stderr; what matters comes back as an error.
    g_log_set_handler("VIPS", (GLogLevelFlags)(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO),
                      dr_vips_ignore_log, NULL);
    // Parallelism is one picture a thread; pictures are never seen twice, so a cache would only hold memory.
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    // Debian's build opens PDF, HEIF, OpenSlide and everything ImageMagick knows. Nothing here may.
    vips_operation_block_set("VipsForeignLoad", TRUE);
    vips_operation_block_set("VipsForeignLoadPngBuffer", FALSE);
    vips_operation_block_set("VipsForeignLoadJpegBuffer", FALSE);
    vips_operation_block_set("VipsForeignLoadWebpBuffer", FALSE);
    vips_operation_block_set("VipsForeignLoadSvgBuffer", FALSE);
    return 0;
}

// Takes the text of all errors since the last call and empties the buffer in one step, under libvips' own lock.
// Free it with g_free.
static inline char *_Nullable dr_vips_take_error(void) { return vips_error_buffer_copy(); }

static inline void dr_vips_unref(VipsImage *_Nonnull image) { g_object_unref(image); }

static inline VipsImage *_Nullable dr_vips_load_png(const void *_Nonnull bytes, size_t count) {
    VipsImage *out = NULL;
    if (vips_pngload_buffer((void *)bytes, count, &out, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                            VIPS_FAIL_ON_ERROR, NULL)) return NULL;
    return out;
}

// shrink: 1, 2, 4 or 8; done by the decoder, in the frequency domain. Bit flips inside the entropy-coded data are only
// warnings to libjpeg, so warnings fail.
static inline VipsImage *_Nullable dr_vips_load_jpeg(const void *_Nonnull bytes, size_t count, int shrink) {
    VipsImage *out = NULL;
    if (vips_jpegload_buffer((void *)bytes, count, &out, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                             VIPS_FAIL_ON_WARNING, "shrink", shrink, NULL)) return NULL;
    return out;
}

static inline VipsImage *_Nullable dr_vips_load_webp(const void *_Nonnull bytes, size_t count) {
    VipsImage *out = NULL;
    if (vips_webpload_buffer((void *)bytes, count, &out, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                             VIPS_FAIL_ON_ERROR, NULL)) return NULL;
    return out;
}

// "unlimited": libxml2 refuses text nodes over 10 MB, which a sheet of many embedded pictures reaches.
static inline VipsImage *_Nullable dr_vips_load_svg(const void *_Nonnull bytes, size_t count) {
    VipsImage *out = NULL;
    if (vips_svgload_buffer((void *)bytes, count, &out, "unlimited", TRUE, NULL)) return NULL;
    return out;
}

static inline VipsImage *_Nullable dr_vips_resize(VipsImage *_Nonnull in, double across, double down) {
    VipsImage *out = NULL;
    return vips_resize(in, &out, across, "vscale", down, NULL) ? NULL : out;
}

static inline VipsImage *_Nullable dr_vips_crop(VipsImage *_Nonnull in, int left, int top, int width, int height) {
    VipsImage *out = NULL;
    return vips_extract_area(in, &out, left, top, width, height, NULL) ? NULL : out;
}

static inline VipsImage *_Nullable dr_vips_flatten_on_white(VipsImage *_Nonnull in) {
    const double white = in->BandFmt == VIPS_FORMAT_USHORT ? 65535.0 : 255.0;
    VipsArrayDouble *background = vips_array_double_newv(1, white);
    VipsImage *out = NULL;
    int code = vips_flatten(in, &out, "background", background, "max_alpha", white, NULL);
    vips_area_unref(VIPS_AREA(background));
    return code ? NULL : out;
}

static inline VipsImage *_Nullable dr_vips_colours_to_srgb(VipsImage *_Nonnull in) {
    VipsImage *out = NULL;
    return vips_colourspace(in, &out, VIPS_INTERPRETATION_sRGB, NULL) ? NULL : out;
}

// By the profile inside the picture.
static inline VipsImage *_Nullable dr_vips_profile_to_srgb(VipsImage *_Nonnull in) {
    VipsImage *out = NULL;
    return vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "depth", 8, NULL) ? NULL : out;
}

static inline VipsImage *_Nullable dr_vips_decode_all(VipsImage *_Nonnull in) { return vips_image_copy_memory(in); }

static inline VipsImage *_Nullable dr_vips_turn_upright(VipsImage *_Nonnull in) {
    VipsImage *out = NULL;
    return vips_autorot(in, &out, NULL) ? NULL : out;
}

// Free the bytes with g_free.
static inline void *_Nullable dr_vips_save_jpeg(VipsImage *_Nonnull in, int quality, size_t *_Nonnull count) {
    void *out = NULL;
    return vips_jpegsave_buffer(in, &out, count, "Q", quality, "optimize_coding", TRUE, "interlace", TRUE, "strip",
                                TRUE, NULL) ? NULL : out;
}

// Baseline, for pictures that are only on their way to the next step.
static inline void *_Nullable dr_vips_save_plain_jpeg(VipsImage *_Nonnull in, int quality, size_t *_Nonnull count) {
    void *out = NULL;
    return vips_jpegsave_buffer(in, &out, count, "Q", quality, "strip", TRUE, NULL) ? NULL : out;
}

static inline void *_Nullable dr_vips_save_png(VipsImage *_Nonnull in, size_t *_Nonnull count) {
    void *out = NULL;
    return vips_pngsave_buffer(in, &out, count, "compression", 6, "strip", TRUE, NULL) ? NULL : out;
}

// A whole-number fact from the header, or `otherwise` if the loader did not state it.
static inline int dr_vips_header_int(VipsImage *_Nonnull in, const char *_Nonnull name, int otherwise) {
    int value = otherwise;
    if (vips_image_get_typeof(in, name) == G_TYPE_INT && vips_image_get_int(in, name, &value)) return otherwise;
    return value;
}

static inline int dr_vips_has_profile(VipsImage *_Nonnull in) {
    return vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0;
}

#ifdef __cplusplus
}
#endif
