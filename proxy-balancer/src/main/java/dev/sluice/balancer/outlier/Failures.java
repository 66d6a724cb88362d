package dev.sluice.balancer.outlier;

import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.proxy.Outcome;
import org.jspecify.annotations.Nullable;

/** The kind of failure in which an attempt ended. Pure functions. */
public final class Failures {
    private Failures() {}

    /**
     * The kind of an attempt's failure, or null if it was not a failure of the upstream.
     *
     * @param status what the upstream answered, or 0; it counts when the attempt is COMPLETED
     */
    public static @Nullable FailureKind kindOf(Outcome outcome, int status) {
        return switch (outcome) {
            case RESOLVE_FAILED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> FailureKind.CONNECT;
            case SEND_TIMEOUT, HEAD_TIMEOUT, BODY_TIMEOUT -> FailureKind.TIMEOUT;
            case SEND_FAILED, HEAD_FAILED, BAD_RESPONSE, BODY_FAILED -> FailureKind.GATEWAY;
            case COMPLETED -> kindOf(status);
            default -> null;
        };
    }

    private static @Nullable FailureKind kindOf(int status) {
        return switch (status) {
            case 502, 503, 504 -> FailureKind.GATEWAY;
            default -> status >= 500 && status <= 599 ? FailureKind.SERVER_ERROR : null;
        };
    }

    /** The failure in words, as in "3 attempts timed out". */
    static String words(FailureKind kind) {
        return switch (kind) {
            case CONNECT -> "failed to connect";
            case TIMEOUT -> "timed out";
            case GATEWAY -> "broke off, or were answered 502, 503 or 504";
            case SERVER_ERROR -> "were answered with a server error";
        };
    }
}
