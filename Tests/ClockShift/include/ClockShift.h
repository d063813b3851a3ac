// The library has no interface of its own: it stands in for functions of the C library.
