#ifndef DARKROOM_COPENAPI_H
#define DARKROOM_COPENAPI_H

#include <stddef.h>

/* A document as its file has it; it lives as long as the process. */
struct darkroom_document {
    const unsigned char *bytes;
    size_t count;
};

struct darkroom_document darkroom_openapi_control_plane(void);
struct darkroom_document darkroom_openapi_worker(void);

#endif
