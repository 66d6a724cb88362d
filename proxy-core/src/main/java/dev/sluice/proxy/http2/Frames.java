package dev.sluice.proxy.http2;

import java.nio.charset.StandardCharsets;

/** Numbers of the frame layer (RFC 9113 §4.1, §6). */
public final class Frames {
    /** The bytes before the payload. */
    static final int HEAD = 9;

    /** What a client begins with (§3.4). */
    public static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The largest payload that every peer takes (§4.2). */
    public static final int PAYLOAD = 16_384;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    /** Of DATA and HEADERS. */
    static final int END_STREAM = 1;
    /** Of SETTINGS and PING. */
    static final int ACK = 1;
    /** Of HEADERS and CONTINUATION. */
    static final int END_HEADERS = 4;
    /** Of DATA and HEADERS. */
    static final int PADDED = 8;
    /** Of HEADERS. */
    static final int WITH_PRIORITY = 0x20;

    private Frames() {}
}
