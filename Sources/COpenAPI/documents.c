/* The documents become part of the binary: a server needs no files beside it. The compiler reads a megabyte at once,
   where a Swift array literal of a tenth of that takes it most of a minute. */
#include "COpenAPI.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char control_plane[] = {
#embed "control-plane.json"
};

static const unsigned char worker[] = {
#embed "worker.json"
};

struct darkroom_document darkroom_openapi_control_plane(void) {
    return (struct darkroom_document){control_plane, sizeof control_plane};
}

struct darkroom_document darkroom_openapi_worker(void) {
    return (struct darkroom_document){worker, sizeof worker};
}
