package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.Pace;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.spi.BodyCopy;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response to the client, in constant memory. A {@link ProxyException} that it throws says how the exchange
 * ended; then the stream stays open, since closing it would end a truncated response as if it were whole: only an
 * exception from the handler makes the JDK's server cut the connection. One thread.
 */
final class JdkResponseWriter implements BodyCopy.Output {
    private static final int BUFFER_BYTES = 16 * 1024;

    /**
     * The total time in which the rest of a request's body is read and dropped, so that no reset overtakes the
     * response.
     */
    private static final Duration LINGER = Duration.ofSeconds(30);

    /** The longest time between two reads of it; and closing the stream, which reads a little more, takes as long. */
    private static final Duration LINGER_IDLE = Duration.ofSeconds(5);

    private final HttpExchange http;
    private final Exchange scope;
    private final TimeSource time;
    private final JdkExchangeGuard guard;
    private final Duration idle;
    private final Pace pace;
    private boolean ended = true;

    JdkResponseWriter(HttpExchange http, Exchange scope, TimeSource time, JdkExchangeGuard guard) {
        this.http = http;
        this.scope = scope;
        this.time = time;
        this.guard = guard;
        this.idle = Timeouts.of(scope).idle();
        MinRate rate = Timeouts.of(scope).minRate();
        this.pace = Pace.of(rate.bytesPerSecond(), rate.grace());
    }

    /**
     * Writes the whole response, except the end of its stream.
     *
     * @param body the response's, opened
     * @param close whether the connection is closed after it
     * @param unread whether the request's body is not read to its end
     * @return whether {@link #finish} must be called
     */
    boolean write(ProxyResponse response, InputStream body, boolean close, boolean unread) throws ProxyException {
        int status = response.status();
        long length = response.body().length();
        boolean bodiless = http.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        boolean untilClose =
                !bodiless && length == Body.UNKNOWN && http.getProtocol().equals("HTTP/1.0");
        fields(response.headers(), status == 304 || http.getRequestMethod().equals("HEAD"), close || untilClose);
        scope.notes().head(status, response.headers(), scope.time().nanos());
        if (bodiless || length == 0) {
            ending(unread, () -> {
                if (!unread) {
                    // Older updates, such as 17.0.12, close the connection unless the body's end was seen.
                    drop(http.getRequestBody(), new byte[1]);
                }
                // -1 also ends the response and reads the rest of the request's body.
                http.sendResponseHeaders(status, -1);
            });
            return false;
        }
        // 0 means chunked, and for HTTP/1.0 that the connection's end is the body's.
        guarded(idle, () -> http.sendResponseHeaders(status, length == Body.UNKNOWN ? 0 : length));
        BodyCopy.copy(response.body(), body, scope, this);
        return true;
    }

    /** Ends a response that is written whole, and with it the use of the connection by this exchange. */
    void finish(ProxyResponse response, boolean unread) throws ProxyException {
        OutputStream out = http.getResponseBody();
        // The end of a chunked response is written by closing, so the client would wait for what is drained before
        // that.
        boolean complete = response.body().length() != Body.UNKNOWN;
        if (unread) {
            guarded(idle, out::flush);
        }
        if (unread && complete && !linger()) {
            return;
        }
        ending(unread, out::close);
    }

    /**
     * Drops the rest of the client's request, as long as it sends. Closing the stream would drop only 64 KiB, and to
     * close a connection with unread bytes resets it (RFC 9112 §9.6).
     *
     * @return whether the connection is still open: only closing it ends a read from a silent client
     */
    private boolean linger() {
        byte[] dropped = new byte[BUFFER_BYTES];
        long end = time.deadline(LINGER);
        boolean[] more = {true};
        try {
            while (more[0] && time.nanos() < end) {
                guarded(LINGER_IDLE, () -> more[0] = drop(http.getRequestBody(), dropped));
            }
            return true;
        } catch (ProxyException silent) {
            return false;
        }
    }

    /** Reads some of the request and returns whether there may be more. */
    private static boolean drop(InputStream request, byte[] into) {
        try {
            return request.read(into) >= 0;
        } catch (IOException | RuntimeException end) {
            // Malformed or broken off: the connection is closed in any case.
            return false;
        }
    }

    /** Returns whether the server has seen the end of the response. If not, the connection must be cut now. */
    boolean ended() {
        return ended;
    }

    /** Sends what is written, without ending the response. */
    @Override
    public void flush() throws ProxyException {
        guarded(idle, http.getResponseBody()::flush);
    }

    private void fields(Headers headers, boolean lengthIsInformation, boolean close) {
        com.sun.net.httpserver.Headers fields = http.getResponseHeaders();
        if (close) {
            fields.set("Connection", "close");
            fields.remove("Keep-Alive");
        }
        headers.forEach((name, value) -> {
            boolean own = ConnectionFields.isOfResponse(name) || name.equalsIgnoreCase("Date");
            if (!own || (lengthIsInformation && name.equalsIgnoreCase("Content-Length"))) {
                fields.add(name, value);
            }
        });
    }

    @Override
    public void write(byte[] bytes, int length) throws ProxyException {
        guarded(pacedFrom(length), () -> http.getResponseBody().write(bytes, 0, length));
        pace.moved(time.nanos(), length);
    }

    /** How long this number of bytes may take. */
    private Duration pacedFrom(int bytes) {
        long now = time.nanos();
        long most = pace.begin(now, bytes);
        return most < time.deadline(idle) ? Duration.ofNanos(most - now) : idle;
    }

    /** Ends the stream. If the rest of the request's body is malformed or late, the response has still been sent. */
    private void ending(boolean unread, Write end) throws ProxyException {
        try {
            guarded(unread ? LINGER_IDLE : idle, end);
        } catch (ProxyException late) {
            if (!unread || late.getCause() != null) {
                throw late;
            }
        } catch (IndexOutOfBoundsException overflow) {
            // On 25 this follows a chunk size that overflows. The server does not find the end then, so the connection
            // is cut.
            ended = false;
        }
    }

    private void guarded(Duration timeout, Write write) throws ProxyException {
        IOException problem = null;
        Outcome why = guard.enter(time.deadline(timeout));
        if (why == null) {
            try {
                write.run();
            } catch (IOException failure) {
                problem = failure;
            } finally {
                why = guard.exit();
            }
        }
        if (why != null || problem != null) {
            throw failed(why == null ? Outcome.CLIENT_WRITE_FAILED : why, problem);
        }
    }

    private static ProxyException failed(Outcome why, @Nullable IOException cause) {
        return new ProxyException(why, Delivery.ANSWERED, "writing the response ended with " + why, cause);
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }
}
