package dev.sluice.proxy.http2;

/** Why a stream or a connection ends (RFC 9113 §7). */
public enum ErrorCode {
    /** Nothing went wrong: a connection ends in order, or the rest of a request is not needed. */
    NO_ERROR(0),
    /** The peer has broken a rule that has no code of its own. */
    PROTOCOL_ERROR(1),
    /** Something went wrong here. */
    INTERNAL_ERROR(2),
    /** The peer has sent more than its window. */
    FLOW_CONTROL_ERROR(3),
    /** The peer has not acknowledged settings in time. */
    SETTINGS_TIMEOUT(4),
    /** A frame came for a stream that has ended. */
    STREAM_CLOSED(5),
    /** A frame has a length that it must not have. */
    FRAME_SIZE_ERROR(6),
    /** The stream was refused before anything was done for it, so that it can be tried again. */
    REFUSED_STREAM(7),
    /** The stream is not needed any more. */
    CANCEL(8),
    /** The state of the compression of fields is lost. */
    COMPRESSION_ERROR(9),
    /** The connection of a CONNECT was reset, or ended without order. */
    CONNECT_ERROR(10),
    /** The peer costs too much. */
    ENHANCE_YOUR_CALM(11),
    /** The TLS of the connection is not good enough. */
    INADEQUATE_SECURITY(12),
    /** The peer must use HTTP/1.1. */
    HTTP_1_1_REQUIRED(13);

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** The code on the wire. */
    public int code() {
        return code;
    }

    /** The reason with this code; one that is not known is INTERNAL_ERROR, as it must have no effect of its own. */
    static ErrorCode of(int code) {
        for (ErrorCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return INTERNAL_ERROR;
    }
}
