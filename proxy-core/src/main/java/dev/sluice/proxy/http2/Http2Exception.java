package dev.sluice.proxy.http2;

import java.io.IOException;

/** A peer has broken the protocol: an error of one stream, or of the whole connection (RFC 9113 §5.4). */
public final class Http2Exception extends IOException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final int stream;

    private Http2Exception(int stream, ErrorCode code, String message) {
        super(message);
        this.code = code;
        this.stream = stream;
    }

    /** The whole connection must end. */
    public static Http2Exception ofConnection(ErrorCode code, String message) {
        return new Http2Exception(0, code, message);
    }

    /** This stream alone must end. */
    public static Http2Exception ofStream(int stream, ErrorCode code, String message) {
        return new Http2Exception(stream, code, message);
    }

    /** What the peer is told. */
    public ErrorCode code() {
        return code;
    }

    /** The stream, or 0 for the whole connection. */
    public int stream() {
        return stream;
    }
}
