/* A 0MQ peer of libzmq's own C face, told by lines what to do; see ../foreign.py for the words. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { LIMIT_MS = 10000, PARTS = 10 };

static void *context, *zap;
static char *username, *password;

struct kind { const char *name; int number; };
static const struct kind kinds[] = {
    {"PAIR", ZMQ_PAIR},     {"PUB", ZMQ_PUB},       {"SUB", ZMQ_SUB},   {"REQ", ZMQ_REQ},
    {"REP", ZMQ_REP},       {"DEALER", ZMQ_DEALER}, {"PULL", ZMQ_PULL}, {"PUSH", ZMQ_PUSH},
    {"ROUTER", ZMQ_ROUTER}, {"XPUB", ZMQ_XPUB},     {"XSUB", ZMQ_XSUB}, {NULL, 0},
};
static const struct kind options[] = {
    {"subscribe", ZMQ_SUBSCRIBE},
    {"plain_server", ZMQ_PLAIN_SERVER},
    {"plain_username", ZMQ_PLAIN_USERNAME},
    {"plain_password", ZMQ_PLAIN_PASSWORD},
    {"curve_server", ZMQ_CURVE_SERVER},
    {"curve_publickey", ZMQ_CURVE_PUBLICKEY},
    {"curve_secretkey", ZMQ_CURVE_SECRETKEY},
    {"curve_serverkey", ZMQ_CURVE_SERVERKEY},
    {NULL, 0},
};

static int number_of(const struct kind *table, const char *name) {
    for (; table->name; table++)
        if (!strcmp(table->name, name)) return table->number;
    return -1;
}

static const char digits[] = "0123456789abcdef";

static int value_of(char digit) { return (int)(strchr(digits, digit) - digits); }

/* Octets of "x6869", into `octets`. */
static size_t unhex(const char *text, unsigned char *octets) {
    size_t length = 0;
    for (text++; *text; text += 2) octets[length++] = (unsigned char)(value_of(text[0]) << 4 | value_of(text[1]));
    return length;
}

static void answer_no(void) { printf("no %s\n", zmq_strerror(errno)); }

static void *open_socket(char *words) {
    char *word = strtok(words, " ");
    void *socket = zmq_socket(context, number_of(kinds, word));
    int limit = LIMIT_MS, linger = 0;
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &limit, sizeof limit);
    zmq_setsockopt(socket, ZMQ_SNDTIMEO, &limit, sizeof limit);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    while ((word = strtok(NULL, " "))) {
        char *value = strchr(word, '=');
        *value++ = 0;
        int option = number_of(options, word), one = 1;
        if (option == ZMQ_PLAIN_SERVER || option == ZMQ_CURVE_SERVER) {
            zmq_setsockopt(socket, option, &one, sizeof one);
            continue;
        }
        unsigned char octets[256];
        size_t length = unhex(value, octets);
        octets[length] = 0;
        int is_key = option == ZMQ_CURVE_PUBLICKEY || option == ZMQ_CURVE_SECRETKEY || option == ZMQ_CURVE_SERVERKEY;
        zmq_setsockopt(socket, option, octets, length + (is_key ? 1 : 0)); /* Z85 text with its NUL */
    }
    puts("ok");
    return socket;
}

static void send_frames(void *socket, char *words) {
    unsigned char *octets = malloc(strlen(words) + 1);
    for (char *word = strtok(words, ","), *next; word; word = next) {
        next = strtok(NULL, ",");
        if (zmq_send(socket, octets, unhex(word, octets), next ? ZMQ_SNDMORE : 0) < 0) {
            free(octets);
            return answer_no();
        }
    }
    free(octets);
    puts("ok");
}

static void receive_frames(void *socket) {
    int more = 1;
    for (const char *before = "ok x"; more; before = ",x") {
        zmq_msg_t message;
        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, socket, 0) < 0) return answer_no();
        fputs(before, stdout);
        const unsigned char *octets = zmq_msg_data(&message);
        for (size_t n = 0; n < zmq_msg_size(&message); n++) {
            putchar(digits[octets[n] >> 4]);
            putchar(digits[octets[n] & 15]);
        }
        more = zmq_msg_more(&message);
        zmq_msg_close(&message);
    }
    putchar('\n');
}

static void *judge(void *unused) {
    char part[PARTS][256];
    for (;;) {
        int count = 0, more = 1;
        for (; more && count < PARTS; count++) {
            size_t size = sizeof more;
            int length = zmq_recv(zap, part[count], 255, 0);
            if (length < 0) return unused;
            part[count][length] = 0;
            zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &size);
        }
        int is_known = count == 8 && !strcmp(part[6], username) && !strcmp(part[7], password);
        const char *reply[] = {"1.0", part[1], is_known ? "200" : "400", is_known ? "OK" : "no", username, ""};
        for (int n = 0; n < 6; n++) zmq_send(zap, reply[n], strlen(reply[n]), n < 5 ? ZMQ_SNDMORE : 0);
    }
}

static void admit(char *words) {
    username = strdup(strtok(words, " "));
    password = strdup(strtok(NULL, " "));
    if (!zap) {
        pthread_t thread;
        zap = zmq_socket(context, ZMQ_REP);
        zmq_bind(zap, "inproc://zeromq.zap.01");
        pthread_create(&thread, NULL, judge, NULL);
    }
    puts("ok");
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    void *socket = NULL;
    context = zmq_ctx_new();
    while ((length = getline(&line, &room, stdin)) > 0) {
        line[length - 1] = 0;
        char *rest = strchr(line, ' ');
        if (rest) *rest++ = 0;
        if (!strcmp(line, "open")) {
            if (socket) zmq_close(socket);
            socket = open_socket(rest);
        } else if (!strcmp(line, "admit")) {
            admit(rest);
        } else if (!strcmp(line, "bind")) {
            char endpoint[256];
            size_t size = sizeof endpoint;
            if (zmq_bind(socket, rest) < 0) {
                answer_no();
            } else {
                zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
                printf("ok %s\n", endpoint);
            }
        } else if (!strcmp(line, "connect")) {
            zmq_connect(socket, rest) < 0 ? answer_no() : (void)puts("ok");
        } else if (!strcmp(line, "send")) {
            send_frames(socket, rest);
        } else if (!strcmp(line, "recv")) {
            receive_frames(socket);
        }
        fflush(stdout);
    }
    return 0; /* the process ends with its sockets */
}
