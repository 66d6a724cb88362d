package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The meaning of the client's exceptions. Pure functions. */
final class JdkUpstreamFailure {
    private JdkUpstreamFailure() {}

    /**
     * A failure before the response's head.
     *
     * @param place host and port, for the log
     * @param untouched whether nothing of the request's body has been asked for
     * @param bodyOut whether all of the body is with the client
     */
    static ProxyException of(@Nullable Throwable thrown, String place, boolean untouched, boolean bodyOut) {
        Throwable cause = unwrap(thrown);
        Outcome outcome = outcome(cause, bodyOut);
        boolean connecting = switch (outcome) {
            case RESOLVE_FAILED, CONNECT_FAILED, CONNECT_TIMEOUT -> true;
            // Any other failure of TLS can be one in the middle of the request.
            case TLS_FAILED -> cause instanceof SSLHandshakeException;
            default -> false;
        };
        return new ProxyException(
                outcome,
                connecting && untouched ? Delivery.NOT_SENT : Delivery.SENT_UNKNOWN,
                (connecting
                                ? place + " was not connected to: "
                                : bodyOut ? "no response: " : "the request was not sent whole: ")
                        + words(cause),
                cause);
    }

    /** The client shows what it could not parse, in quotes: it may forge lines of a log, or be secret. */
    private static String words(@Nullable Throwable cause) {
        String text = String.valueOf(cause);
        boolean shown = cause instanceof ProtocolException || cause instanceof NumberFormatException;
        int quote = shown ? text.indexOf('"') : -1;
        return quote < 0 ? text : text.substring(0, quote).strip();
    }

    private static Outcome outcome(@Nullable Throwable cause, boolean bodyOut) {
        if (cause instanceof HttpConnectTimeoutException) {
            return Outcome.CONNECT_TIMEOUT;
        }
        if (cause instanceof ConnectException) {
            return cause.getCause() instanceof UnresolvedAddressException
                    ? Outcome.RESOLVE_FAILED
                    : Outcome.CONNECT_FAILED;
        }
        if (cause instanceof SSLException) {
            return Outcome.TLS_FAILED;
        }
        // The last is the client's failure to read a 204's Content-Length that is no number.
        if (cause instanceof ProtocolException || isBodyWith204(cause) || cause instanceof NumberFormatException) {
            return Outcome.BAD_RESPONSE;
        }
        if (cause instanceof IOException) {
            return bodyOut ? Outcome.HEAD_FAILED : Outcome.SEND_FAILED;
        }
        return Outcome.FAILED;
    }

    /** Whether the client has failed a 204 for its framing fields. It has no class of its own for that. */
    static boolean isBodyWith204(@Nullable Throwable thrown) {
        Throwable cause = unwrap(thrown);
        return cause instanceof IOException
                && String.valueOf(cause.getMessage()).endsWith("with 204 response");
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
