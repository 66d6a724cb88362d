package dev.sluice.balancer.health;

import dev.sluice.proxy.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What kind of failure of the upstream an attempt ended in. A failure that the upstream is not to blame for, such as
 * the client's, is of no kind.
 */
public enum FailureKind {
    /** There was no connection: the name, the connect, its time limit, or the TLS handshake. */
    CONNECT("failed to connect"),
    /** There was a connection, and then nothing more came or was taken for too long. */
    TIMEOUT("timed out"),
    /** The connection broke, what came was not HTTP, or the answer was 502, 503 or 504. */
    GATEWAY("broke off, or were answered 502, 503 or 504"),
    /** The answer was any other status from 500 to 599. */
    SERVER_ERROR("were answered with a server error");

    private final String words;

    FailureKind(String words) {
        this.words = words;
    }

    /**
     * The kind of an attempt's end, or null when it is no failure of the upstream.
     *
     * @param status what the upstream answered, or 0; it counts when the attempt is COMPLETED
     */
    public static @Nullable FailureKind of(Outcome outcome, int status) {
        return switch (outcome) {
            case RESOLVE_FAILED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> CONNECT;
            case SEND_TIMEOUT, HEAD_TIMEOUT, BODY_TIMEOUT -> TIMEOUT;
            case SEND_FAILED, HEAD_FAILED, BAD_RESPONSE, BODY_FAILED -> GATEWAY;
            case COMPLETED -> ofStatus(status);
            default -> null;
        };
    }

    private static @Nullable FailureKind ofStatus(int status) {
        return switch (status) {
            case 502, 503, 504 -> GATEWAY;
            default -> status >= 500 && status <= 599 ? SERVER_ERROR : null;
        };
    }

    /** What attempts that ended so did, as in "3 attempts timed out". */
    String words() {
        return words;
    }
}
