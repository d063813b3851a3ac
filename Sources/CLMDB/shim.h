#pragma once
#include <lmdb.h>
// Swift's Glibc module leaves eventfd out, and a store needs it to wake the thread that waits for other processes.
#include <sys/eventfd.h>
