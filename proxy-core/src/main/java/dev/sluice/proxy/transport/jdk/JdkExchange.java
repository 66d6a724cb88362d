package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.ReceivedHead;
import dev.sluice.proxy.spi.ClientCall;
import dev.sluice.proxy.spi.ExchangeRun;
import dev.sluice.proxy.spi.Service;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a connection of the JDK's server, driven by an {@link ExchangeRun}.
 *
 * <p>A thread that is blocked on a silent client can be freed only by closing the connection, so a task beside it first
 * writes the answer.
 */
final class JdkExchange implements ClientCall {
    /** The abilities of the JDK's server beyond plain requests and responses. */
    static final Set<Capability> CAPABILITIES = Set.of();

    private final HttpExchange http;
    private final Service service;
    private final JdkListenerWatch watch;
    private final BooleanSupplier draining;
    private final JdkExchangeHead head;
    private final JdkExchangeGuard reading;
    private final JdkExchangeGuard writing;
    private final ExchangeRun run;
    private final Thread thread = Thread.currentThread();
    private @Nullable JdkExchangeBody body;
    private boolean refused = true;
    private boolean chunked;
    private boolean whole;

    /** Whether a read of the body has taken too long, perhaps on another thread than that of the run. */
    private volatile boolean overdue;

    /** Begins an exchange; call {@link #serve} for it on the same thread. */
    JdkExchange(HttpExchange http, Service service, JdkListenerWatch watch, BooleanSupplier draining) {
        this.http = http;
        this.service = service;
        this.watch = watch;
        this.draining = draining;
        this.head = new JdkExchangeHead(http, service.limits());
        this.reading = new JdkExchangeGuard(watch, guard -> readOverdue());
        this.writing = new JdkExchangeGuard(watch, guard -> interrupt(Outcome.CLIENT_WRITE_TIMEOUT));
        this.run = ExchangeRun.begin(service, JdkExchangeHead.client(http), CAPABILITIES, this);
    }

    /**
     * Runs the exchange to its end.
     *
     * @throws IOException if the connection must be cut, which the JDK's server does on an exception
     */
    void serve() throws IOException {
        watch.add(reading);
        watch.add(writing);
        Outcome how = run.run();
        watch.remove(reading);
        watch.remove(writing);
        if (!whole) {
            throw new IOException("cut: " + how);
        }
    }

    @Override
    public ProxyRequest request(Exchange scope) throws ProxyException {
        ReceivedHead parsed = head.parse(scope);
        // The JDK's server has sent the 100 itself.
        ProxyRequest.Builder request = parsed.request().toBuilder().expectsContinue(false);
        Framing framing = parsed.framing();
        if (framing.length() != 0) {
            chunked = framing.kind() == Framing.Kind.CHUNKED;
            InputStream in = http.getRequestBody();
            long limit = service.limits().bodyBytes();
            if (framing.length() > limit) {
                scope.received(parsed.request());
                throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + limit + " bytes");
            }
            JdkExchangeBody stream = new JdkExchangeBody(in, scope, watch.time(), reading, framing.length(), limit);
            body = stream;
            request.body(Body.of(stream, framing.length()));
        }
        refused = false;
        return request.build();
    }

    /** The JDK's server has none: see {@link #CAPABILITIES}. */
    @Override
    public boolean interim(int status, Headers headers) {
        return false;
    }

    @Override
    public void respond(ProxyResponse response, InputStream content) throws ProxyException {
        // The thread is blocked in a read of the body, and is freed after this.
        boolean instead = Thread.currentThread() != thread;
        if (overdue && !instead) {
            // The page that would have freed the reader came too late: this response was committed before it.
            reading.interrupt(Outcome.CLIENT_BODY_TIMEOUT);
        }
        boolean close = instead || isClosing();
        boolean unread = instead || isUnread();
        JdkResponseWriter writer = new JdkResponseWriter(http, run.scope(), watch.time(), writing);
        boolean unfinished = writer.write(response, content, close, unread);
        if (instead) {
            if (unfinished) {
                writer.flush();
            }
            return;
        }
        if (unfinished) {
            writer.finish(response, isUnread());
        }
        reading.bar(Outcome.COMPLETED);
        whole = writer.ended();
    }

    @Override
    public void readyTunnel(ProxyResponse response) throws ProxyException {
        throw ProxyException.refused(Outcome.NOT_SUPPORTED, "the jdk transport does not carry tunnels");
    }

    /**
     * RFC 9112 §9.3: the rest of a request's body would be read as the next request. The server's chunk decoder accepts
     * bodies that others read differently, so after chunks the start of the next request is not certain.
     */
    private boolean isClosing() {
        JdkExchangeBody request = body;
        if (request != null && !refused) {
            request.finishIfHere();
        }
        return draining.getAsBoolean() || head.asksToClose() || chunked || isUnread();
    }

    private boolean isUnread() {
        return refused || (body != null && !body.atEnd());
    }

    @Override
    public boolean stopReading(Outcome why) {
        return !reading.bar(why);
    }

    private void readOverdue() {
        reading.bar(Outcome.CLIENT_BODY_TIMEOUT);
        // This comes first, so that either the commitment is seen here, or the response sees this.
        overdue = true;
        if (!run.answerInstead(Outcome.CLIENT_BODY_TIMEOUT)) {
            // The body is being read while the response is still being written.
            reading.interrupt(Outcome.CLIENT_BODY_TIMEOUT);
        }
    }

    /** Breaks off the present write, and lets no other begin: the thread may be reading the body just now. */
    @Override
    public void cut(Outcome why) {
        reading.bar(why);
        writing.bar(why);
        interrupt(why);
    }

    private void interrupt(Outcome why) {
        reading.interrupt(why);
        writing.interrupt(why);
    }
}
