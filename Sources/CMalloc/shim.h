#ifndef DARKROOM_CMALLOC_SHIM_H
#define DARKROOM_CMALLOC_SHIM_H

#include <malloc.h>

/* mallopt(3) with a macro that Swift does not see. Returns 0 if the libc does not know the setting. */
static inline int darkroom_malloc_arena_max(int count) { return mallopt(M_ARENA_MAX, count); }

#endif
