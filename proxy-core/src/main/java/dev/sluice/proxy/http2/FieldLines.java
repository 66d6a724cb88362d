package dev.sluice.proxy.http2;

import dev.sluice.proxy.Headers;

/**
 * Fields as the lines that they would be in HTTP/1.1: limits count those bytes in each version. A list of fields is counted
 * in another way while it is decoded (RFC 9113 §6.5.2), so that a list which may be long enough for many small fields would
 * let large ones through.
 */
public final class FieldLines {
    /** Colon, space, and the line's end. */
    private static final int OVERHEAD = 4;

    private FieldLines() {}

    /** The bytes of all lines. */
    public static long bytes(Headers fields) {
        long bytes = 0;
        for (int i = 0; i < fields.size(); i++) {
            bytes += fields.name(i).length() + fields.value(i).length() + OVERHEAD;
        }
        return bytes;
    }
}
