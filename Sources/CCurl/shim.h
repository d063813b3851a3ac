// What Swift cannot import from libcurl and epoll: variadic functions (one wrapper for each type of argument), the
// message union, packed structs. Nothing here decides anything.
#pragma once

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// MARK: easy handles

static inline CURLcode ccurl_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_off_t(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nonnull value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *_Nonnull easy, CURLoption option, const void *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION, which share one shape.
typedef size_t (*ccurl_data_callback)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);

static inline CURLcode ccurl_set_data_callback(
    CURL *_Nonnull easy, CURLoption option, ccurl_data_callback _Nonnull callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_set_open_socket(CURL *_Nonnull easy, curl_opensocket_callback _Nonnull callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode ccurl_set_prerequest(CURL *_Nonnull easy, curl_prereq_callback _Nonnull callback) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode ccurl_get_long(CURL *_Nonnull easy, CURLINFO info, long *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_off_t(CURL *_Nonnull easy, CURLINFO info, curl_off_t *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_private(CURL *_Nonnull easy, void *_Nullable *_Nonnull value) {
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)value);
}

// MARK: multi handles

static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ccurl_multi_set_socket_callback(
    CURLM *_Nonnull multi, curl_socket_callback _Nonnull callback, void *_Nonnull context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback) : code;
}

static inline CURLMcode ccurl_multi_set_timer_callback(
    CURLM *_Nonnull multi, curl_multi_timer_callback _Nonnull callback, void *_Nonnull context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback) : code;
}

// The next transfer that has ended, with its result; NULL when there is none.
static inline CURL *_Nullable ccurl_multi_next_done(CURLM *_Nonnull multi, CURLcode *_Nonnull result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

// MARK: addresses

// Writes the peer's address in the network's byte order and returns its length: 4, 16, or 0 for other families.
static inline int ccurl_peer_address(const struct curl_sockaddr *_Nonnull peer, unsigned char *_Nonnull bytes) {
    if (peer->family == AF_INET && peer->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in address;
        memcpy(&address, &peer->addr, sizeof address);
        memcpy(bytes, &address.sin_addr, 4);
        return 4;
    }
    if (peer->family == AF_INET6 && peer->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 address;
        memcpy(&address, &peer->addr, sizeof address);
        memcpy(bytes, &address.sin6_addr, 16);
        return 16;
    }
    return 0;
}

// The same for an address in text; 0 if it is none.
static inline int ccurl_parse_address(const char *_Nonnull text, unsigned char *_Nonnull bytes) {
    if (inet_pton(AF_INET, text, bytes) == 1) return 4;
    if (inet_pton(AF_INET6, text, bytes) == 1) return 16;
    return 0;
}

// Returns the negative errno if there is no socket to be had.
static inline int ccurl_open_socket(const struct curl_sockaddr *_Nonnull peer) {
    int descriptor = socket(peer->family, peer->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, peer->protocol);
    return descriptor < 0 ? -errno : descriptor;
}

// MARK: epoll and eventfd (struct epoll_event is packed)

enum { CCURL_READABLE = 1, CCURL_WRITABLE = 2 };

typedef struct {
    int descriptor;
    int events;
} ccurl_ready;

static inline int ccurl_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int ccurl_epoll_control(int epoll, int operation, int descriptor, int events) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = (events & CCURL_READABLE ? EPOLLIN : 0) | (events & CCURL_WRITABLE ? EPOLLOUT : 0);
    event.data.fd = descriptor;
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno;
}

// At most 128 at once. An error or a hang-up counts as readable: the read then says which it is.
static inline int ccurl_epoll_wait(int epoll, ccurl_ready *_Nonnull ready, int capacity, int milliseconds) {
    struct epoll_event events[128];
    int count = epoll_wait(epoll, events, capacity < 128 ? capacity : 128, milliseconds);
    for (int index = 0; index < count; index++) {
        unsigned int seen = events[index].events;
        ready[index].descriptor = events[index].data.fd;
        ready[index].events = (seen & (EPOLLIN | EPOLLERR | EPOLLHUP) ? CCURL_READABLE : 0)
            | (seen & EPOLLOUT ? CCURL_WRITABLE : 0);
    }
    return count < 0 ? -errno : count;
}

static inline int ccurl_event_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Cannot fail in a way that loses the signal: a full counter is already readable.
static inline void ccurl_event_signal(int event) { (void)eventfd_write(event, 1); }

static inline void ccurl_event_clear(int event) {
    eventfd_t count;
    (void)eventfd_read(event, &count);
}

static inline void ccurl_close(int descriptor) { (void)close(descriptor); }

// MARK: the process

// OpenSSL may write to a socket that the peer has closed; CURLOPT_NOSIGNAL leaves the signal to us.
static inline void ccurl_block_sigpipe(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

// Returns the limit in force afterwards.
static inline long ccurl_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return (long)(setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before);
}
