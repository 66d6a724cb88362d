package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Framing;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Service;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response on a connection of the JDK's server: read the head, serve, write the response, end.
 *
 * <p>The response is <i>committed</i> once, by the thread of the exchange, or by a task beside it when that thread
 * cannot answer: a thread blocked on a client that sends no more can be freed only by closing the connection, so what
 * is to be answered is written before that. After the commitment a cancellation cuts the connection.
 */
final class JdkExchange {
    private static final Logger LOG = LoggerFactory.getLogger(JdkExchange.class);

    private final HttpExchange http;
    private final Service service;
    private final Exchange scope;
    private final TimeSource time;
    private final JdkListenerWatch watch;
    private final BooleanSupplier draining;
    private final JdkExchangeHead head;
    private final JdkExchangeGuard reading;
    private final JdkExchangeGuard writing;
    private final AtomicBoolean committed = new AtomicBoolean();
    private volatile boolean answersCancellation;
    private final Signal answeredBeside = new Signal();
    private volatile @Nullable Outcome besideOutcome;
    private @Nullable JdkExchangeBody body;
    private boolean refused;
    private boolean chunked;
    private boolean whole;

    JdkExchange(HttpExchange http, Service service, Exchange scope, JdkListenerWatch watch, BooleanSupplier draining) {
        this.http = http;
        this.service = service;
        this.scope = scope;
        this.time = watch.time();
        this.watch = watch;
        this.draining = draining;
        this.head = new JdkExchangeHead(http, service.limits());
        this.reading = new JdkExchangeGuard(watch, guard -> readOverdue());
        this.writing = new JdkExchangeGuard(watch, guard -> interrupt(Outcome.CLIENT_WRITE_TIMEOUT));
    }

    /**
     * Runs the exchange to its end.
     *
     * @throws IOException if the connection is to be cut, which the JDK's server does on an exception
     */
    void run() throws IOException {
        watch.add(reading);
        watch.add(writing);
        Runnable unhook = scope.onCancel((QuickHook<Outcome>) this::cancelled);
        Outcome how = Outcome.FAILED;
        try {
            how = answer();
        } catch (Throwable fault) {
            // An Error as well: out of the handler it would leave the client waiting for ever.
            LOG.error("an exchange failed in the listener", fault);
        } finally {
            unhook.run();
            reading.bar(how);
            watch.remove(reading);
            watch.remove(writing);
            scope.end(how);
        }
        if (!whole) {
            throw new IOException("cut: " + how);
        }
    }

    private Outcome answer() throws InterruptedException {
        ProxyResponse served = wanted(serve());
        // Another's interrupt would close the connection in the middle of the response.
        boolean interrupted = Thread.interrupted();
        try (served) {
            return deliver(served);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ProxyResponse serve() {
        ProxyRequest request;
        try {
            request = request();
        } catch (ProxyException refusal) {
            refused = true;
            return service.refuse(scope, refusal);
        }
        ProxyResponse response;
        try {
            response = service.serve(request);
        } catch (Throwable fault) {
            return service.refuse(
                    scope, new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, "the service failed", fault));
        }
        if (response.tunnel() == null) {
            return response;
        }
        response.close();
        return service.refuse(
                scope, ProxyException.refused(Outcome.NOT_SUPPORTED, "the jdk transport does not carry tunnels"));
    }

    /** The response, or, when the exchange has been cancelled since it was made, the page that says why. */
    private ProxyResponse wanted(ProxyResponse served) {
        Outcome meanwhile = scope.cancelled();
        if (meanwhile == null || scope.record().failure() != null) {
            return served;
        }
        served.close();
        return service.refuse(
                scope,
                new ProxyException(meanwhile, Delivery.ANSWERED, "cancelled before it was answered: " + meanwhile));
    }

    private ProxyRequest request() throws ProxyException {
        JdkExchangeHead.Parsed parsed = head.parse(scope);
        Framing framing = parsed.framing();
        if (framing.length() == 0) {
            return parsed.request().build();
        }
        chunked = framing.kind() == Framing.Kind.CHUNKED;
        InputStream in = http.getRequestBody();
        long limit = service.limits().bodyBytes();
        if (framing.length() > limit) {
            scope.record().request(parsed.request().build());
            throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + limit + " bytes");
        }
        JdkExchangeBody stream = new JdkExchangeBody(in, scope, time, reading, framing.length(), limit);
        body = stream;
        return parsed.request().body(Body.of(stream, framing.length())).build();
    }

    private Outcome deliver(ProxyResponse response) throws InterruptedException {
        InputStream content;
        try {
            content = response.body().open();
        } catch (RuntimeException fault) {
            ProxyException why =
                    new ProxyException(Outcome.FAILED, Delivery.ANSWERED, "opening the response's body failed", fault);
            try (ProxyResponse page = service.refuse(scope, why)) {
                return deliver(page, page.body().open());
            }
        }
        return deliver(response, content);
    }

    private Outcome deliver(ProxyResponse response, InputStream content) throws InterruptedException {
        // Anything but a page is no answer to a cancellation, and must not run on after it.
        answersCancellation = scope.cancelled() != null && scope.record().failure() != null;
        if (!committed.compareAndSet(false, true)) {
            time.await(answeredBeside, TimeSource.NEVER);
            Outcome beside = besideOutcome;
            return beside == null ? Outcome.FAILED : beside;
        }
        Outcome meanwhile = scope.cancelled();
        if (meanwhile != null && !answersCancellation) {
            cut(meanwhile);
        }
        boolean close = isClosing();
        try {
            JdkResponseWriter writer = writer();
            if (writer.write(response, content, close, isUnread())) {
                writer.finish(response, isUnread());
            }
            whole = writer.ended();
            return Outcome.COMPLETED;
        } catch (ProxyException failure) {
            // So that what the exchange holds ends with the reason, and not as merely closed.
            scope.cancel(failure.outcome());
            return failure.outcome();
        }
    }

    private JdkResponseWriter writer() {
        return new JdkResponseWriter(http, scope, time, writing);
    }

    /**
     * RFC 9112 §9.3: what is left of a request's body would be taken for the next request. And the server's chunk
     * decoder accepts what others read in another way, so after chunks nobody can be sure where the next request
     * begins.
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

    private void cancelled(Outcome why) {
        boolean blocked = reading.bar(why);
        if (committed.get()) {
            // What blocked the thread may have been broken off before this is called, and the answer to that be on its
            // way.
            if (!answersCancellation) {
                cut(why);
            }
        } else if (blocked) {
            answerBeside(why);
        }
    }

    private void readOverdue() {
        reading.bar(Outcome.CLIENT_BODY_TIMEOUT);
        answerBeside(Outcome.CLIENT_BODY_TIMEOUT);
    }

    /** Breaks off the write that is under way, and lets no other begin: the thread may just be reading the body. */
    private void cut(Outcome why) {
        writing.bar(why);
        interrupt(why);
    }

    private void interrupt(Outcome why) {
        reading.interrupt(why);
        writing.interrupt(why);
    }

    private void answerBeside(Outcome why) {
        try {
            time.start("jdk-answer", () -> commitBeside(why));
        } catch (RuntimeException | Error fault) {
            // Such as for want of a thread, and the blocked one is to be freed all the more.
            LOG.error("a client is cut, as it could not be answered: {}", why, fault);
            reading.interrupt(why);
        }
    }

    private void commitBeside(Outcome why) {
        if (committed.compareAndSet(false, true)) {
            writeBeside(why);
        } else if (why == Outcome.CLIENT_BODY_TIMEOUT) {
            reading.interrupt(why);
        }
    }

    private void writeBeside(Outcome why) {
        besideOutcome = why;
        ProxyException failure = new ProxyException(why, Delivery.SENT_UNKNOWN, "the request's body ended with " + why);
        try (ProxyResponse page = service.refuse(scope, failure)) {
            JdkResponseWriter writer = writer();
            if (writer.write(page, page.body().open(), true, true)) {
                writer.flush();
            }
        } catch (ProxyException gone) {
            LOG.debug("the client of an exchange that ended with {} was not told", why, gone);
        } finally {
            reading.interrupt(why);
            answeredBeside.fire();
        }
    }
}
