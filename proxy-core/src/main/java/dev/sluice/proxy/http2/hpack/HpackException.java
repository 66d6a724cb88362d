package dev.sluice.proxy.http2.hpack;

import java.io.IOException;

/** A header block that cannot be decoded: an error of the whole connection (RFC 9113 §4.3, COMPRESSION_ERROR). */
public final class HpackException extends IOException {
    private static final long serialVersionUID = 1;

    HpackException(String message) {
        super(message);
    }
}
