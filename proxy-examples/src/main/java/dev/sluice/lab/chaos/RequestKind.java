package dev.sluice.lab.chaos;

import java.util.Random;

/** The kinds of requests that the clients send. */
enum RequestKind {
    /** The response has a known length, and is short enough to be held. */
    GET_SHORT("GET", 55, 1_000, 60_000),
    /** Like GET_SHORT, but the request has a body too, which must be kept for another attempt. */
    PUT_SHORT("PUT", 5, 100, 5_000),
    /** The response has a known length, and is too long to be held. */
    GET_LONG("GET", 5, 100_000, 300_000),
    /** The response is chunked, and its chunks take a while. */
    GET_CHUNKED("GET", 10, 5_000, 50_000),
    /** A request that must not be acted on twice. */
    POST("POST", 25, 100, 5_000);

    /** The length of a request's body, if it has one. */
    static final int REQUEST_BYTES = 3_000;

    private final String method;
    private final int percent;
    private final int leastBytes;
    private final int mostBytes;

    RequestKind(String method, int percent, int leastBytes, int mostBytes) {
        this.method = method;
        this.percent = percent;
        this.leastBytes = leastBytes;
        this.mostBytes = mostBytes;
    }

    /** A random kind, each as often as its percentage says. */
    static RequestKind any(Random random) {
        int left = random.nextInt(100);
        for (RequestKind kind : values()) {
            left -= kind.percent;
            if (left < 0) {
                return kind;
            }
        }
        return GET_SHORT;
    }

    String method() {
        return method;
    }

    boolean hasBody() {
        return this == PUT_SHORT || this == POST;
    }

    /** Returns whether another attempt may replace one that fails at any point of its response. */
    boolean held() {
        return this == GET_SHORT || this == PUT_SHORT;
    }

    int responseBytes(Random random) {
        return random.nextInt(leastBytes, mostBytes + 1);
    }
}
