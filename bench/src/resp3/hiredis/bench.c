/* hiredis on one row: redisReader, its own reply objects, and the same consumer as everybody's (checksum.ts). Asked in lines on stdin, so
 * that its rounds take turns with those of the processes in JavaScript.
 *
 *   bench FILE leaves|fields wall|cpu    FILE: for each chunk its length as four bytes, little-endian, and its bytes
 *   > N\n                        < checksum seconds\n      of N passes
 *
 * Or fed with hostile input, once, to see what becomes of it:
 *
 *   bench FILE hostile wall      < the figures of hostile/outcome.ts\n
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hiredis.h"

static uint32_t sum;

static void mix(uint32_t leaf) { sum = sum * 31u + leaf; }

static void mix_bytes(const char *bytes, size_t length) {
    if (length == 0) mix(0);
    else mix(((uint32_t)length << 16) ^ ((uint32_t)(unsigned char)bytes[0] << 8) ^ (unsigned char)bytes[length - 1]);
}

static void mix_double(double number) {
    double whole = floor(number);
    mix(whole == number ? (uint32_t)(int64_t)number : (uint32_t)(int64_t)floor(number * 1024 + 0.5));
}

static void mix_leaves(const redisReply *reply) {
    switch (reply->type) {
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_VERB: mix_bytes(reply->str, reply->len); break;
    case REDIS_REPLY_INTEGER: mix((uint32_t)reply->integer); break;
    case REDIS_REPLY_NIL: mix(0x201); break;
    case REDIS_REPLY_BOOL: mix(reply->integer ? 0x203 : 0x202); break;
    case REDIS_REPLY_DOUBLE: mix_double(reply->dval); break;
    case REDIS_REPLY_ARRAY:
    case REDIS_REPLY_SET:
    case REDIS_REPLY_PUSH:
    case REDIS_REPLY_MAP:
        mix(0x10000u + (uint32_t)reply->elements);
        for (size_t at = 0; at < reply->elements; at++) mix_leaves(reply->element[at]);
        break;
    default: fprintf(stderr, "a reply that no row has: type %d %s\n", reply->type, reply->str ? reply->str : ""); exit(1);
    }
}

/* The order of fields.ts. */
static const char *const wanted[] = {"run_id", "loading", "role", "master_replid", "master_repl_offset", "connected_slaves", "master_host",
                                     "master_port", "master_link_status", "slave_repl_offset"};
enum { FIELDS = sizeof wanted / sizeof *wanted };

static void mix_fields(const redisReply *reply) {
    const char *value[FIELDS] = {0};
    size_t length[FIELDS] = {0};
    const char *line = reply->str, *end = reply->str + reply->len;
    while (line < end) {
        const char *stop = memchr(line, '\r', (size_t)(end - line));
        if (!stop) stop = end;
        const char *colon = memchr(line, ':', (size_t)(stop - line));
        for (int field = 0; colon && field < FIELDS; field++) {
            size_t name = (size_t)(colon - line);
            if (strlen(wanted[field]) != name || memcmp(wanted[field], line, name) != 0) continue;
            value[field] = colon + 1;
            length[field] = (size_t)(stop - colon - 1);
            break;
        }
        line = stop + 2;
    }
    for (int field = 0; field < FIELDS; field++) {
        if (value[field]) mix_bytes(value[field], length[field]);
        else mix(1);
    }
}

static unsigned char *file;
static size_t file_length;

static void pass(redisReader *reader, int leaves) {
    sum = 0;
    for (size_t at = 0; at + 4 <= file_length;) {
        size_t length = file[at] | (size_t)file[at + 1] << 8 | (size_t)file[at + 2] << 16 | (size_t)file[at + 3] << 24;
        redisReaderFeed(reader, (const char *)file + at + 4, length);
        at += 4 + length;
        for (;;) {
            void *reply = NULL;
            if (redisReaderGetReply(reader, &reply) != REDIS_OK) {
                fprintf(stderr, "hiredis: %s\n", reader->errstr);
                exit(1);
            }
            if (!reply) break;
            if (leaves) mix_leaves(reply);
            else mix_fields(reply);
            freeReplyObject(reply);
        }
    }
}

static clockid_t watch = CLOCK_MONOTONIC;

static double now(void) {
    struct timespec time;
    clock_gettime(watch, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* See hostile/peak.ts. */
static long peak(void) {
    char line[256];
    long kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1) break;
    if (status) fclose(status);
    return kilobytes * 1024;
}

static long reset_peak(void) {
    FILE *refs = fopen("/proc/self/clear_refs", "w");
    if (refs) {
        fputs("5", refs);
        fclose(refs);
    }
    return peak();
}

static void put_escaped(const char *text, size_t length) {
    for (size_t at = 0; at < length && at < 60; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\') printf("\\u%04x", byte);
        else putchar(byte);
    }
}

static void put_shown(const redisReply *reply) {
    switch (reply->type) {
    case REDIS_REPLY_INTEGER:
    case REDIS_REPLY_BOOL: printf("%lld", reply->integer); break;
    case REDIS_REPLY_DOUBLE: printf("%.17g", reply->dval); break;
    case REDIS_REPLY_NIL: printf("null"); break;
    case REDIS_REPLY_ARRAY:
    case REDIS_REPLY_SET:
    case REDIS_REPLY_PUSH:
    case REDIS_REPLY_MAP: printf("%zu elements", reply->elements); break;
    default: put_escaped(reply->str ? reply->str : "", reply->str ? reply->len : 0);
    }
}

/* The file is read chunk by chunk: it is no part of what the reader needs. */
static int hostile(FILE *opened) {
    static unsigned char chunk[1 << 20];
    unsigned char head[4];
    memset(chunk, 1, sizeof chunk);
    redisReader *reader = redisReaderCreate();
    long before = reset_peak();
    double spent = 0;
    size_t fed = 0, replies = 0;
    int failed = 0;
    redisReply *kept[4] = {0};
    while (!failed && fread(head, 1, 4, opened) == 4) {
        size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
        if (length > sizeof chunk || fread(chunk, 1, length, opened) != length) return 1;
        double begun = now();
        fed += length;
        redisReaderFeed(reader, (const char *)chunk, length);
        for (;;) {
            void *reply = NULL;
            failed = redisReaderGetReply(reader, &reply) != REDIS_OK;
            if (failed || !reply) break;
            if (replies < 4) kept[replies] = reply;
            else freeReplyObject(reply);
            replies++;
        }
        spent += now() - begun;
    }
    printf("{\"outcome\":{\"_tag\":\"%s\",\"message\":\"", failed ? "Refused" : "Took");
    put_escaped(reader->errstr, failed ? strlen(reader->errstr) : 0);
    printf("\"},\"replies\":%zu,\"shown\":[", replies);
    for (size_t at = 0; at < 4 && kept[at]; at++) {
        printf(at > 0 ? ",\"" : "\"");
        put_shown(kept[at]);
        printf("\"");
    }
    printf("],\"seconds\":%.9f,\"fedBytes\":%zu,\"peakBytes\":%ld}\n", spent, fed, peak() - before);
    for (size_t at = 0; at < 4; at++)
        if (kept[at]) freeReplyObject(kept[at]);
    redisReaderFree(reader);
    return 0;
}

int main(int count, char **arguments) {
    if (count != 4) return fprintf(stderr, "usage: bench FILE leaves|fields|hostile wall|cpu\n"), 2;
    if (strcmp(arguments[3], "cpu") == 0) watch = CLOCK_THREAD_CPUTIME_ID;
    FILE *opened = fopen(arguments[1], "rb");
    if (!opened) return perror(arguments[1]), 1;
    if (strcmp(arguments[2], "hostile") == 0) return hostile(opened);
    fseek(opened, 0, SEEK_END);
    file_length = (size_t)ftell(opened);
    rewind(opened);
    file = malloc(file_length);
    if (!file || fread(file, 1, file_length, opened) != file_length) return perror(arguments[1]), 1;
    fclose(opened);
    redisReader *reader = redisReaderCreate();
    for (int passes; scanf("%d", &passes) == 1;) {
        double begun = now();
        while (passes-- > 0) pass(reader, strcmp(arguments[2], "leaves") == 0);
        printf("%" PRId32 " %.9f\n", (int32_t)sum, now() - begun);
        fflush(stdout);
    }
    redisReaderFree(reader);
    return 0;
}
