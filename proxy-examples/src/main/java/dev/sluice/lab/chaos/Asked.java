package dev.sluice.lab.chaos;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A request of a client.
 *
 * @param id unique within a phase
 * @param length the length of the response's body
 * @param seed the seed of the body's content
 */
record Asked(RequestKind kind, String id, int length, long seed) {
    /** The field that carries the id. */
    static final String ID_FIELD = "X-Request-Id";

    static Asked any(String id, Random random) {
        RequestKind kind = RequestKind.any(random);
        return new Asked(kind, id, kind.responseBytes(random), random.nextInt(1 << 20));
    }

    /** The bytes of the request: head and body. */
    byte[] bytes() {
        int bodyBytes = kind.hasBody() ? RequestKind.REQUEST_BYTES : 0;
        String path = (kind == RequestKind.GET_CHUNKED ? "/chunked/" : "/known/") + length + '/' + seed;
        String head = kind.method() + ' ' + path + " HTTP/1.1\r\nHost: chaos.test\r\n" + ID_FIELD + ": " + id + "\r\n"
                + (bodyBytes > 0 ? "Content-Length: " + bodyBytes + "\r\n\r\n" : "\r\n");
        byte[] bytes = new byte[head.length() + bodyBytes];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, head.length());
        return bytes;
    }

    @Override
    public String toString() {
        return kind + " " + id + " (" + length + " bytes)";
    }
}
