package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one exchange, the same in every listener: begin, read the request, serve it, write the response, end.
 *
 * <p>The response is <i>committed</i> once, before the first byte of its head. A cancellation before that ends the
 * reading of the request's body, and an error page answers. A cancellation after it cuts the response, unless the
 * response is the page that answers it. No interim response is sent after the commitment.
 *
 * <p>One thread runs it; the other methods may be called from any.
 */
public final class ExchangeRun {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeRun.class);

    private final Service service;
    private final ClientCall call;
    private final Exchange scope;
    private final FromScope fromScope = new FromScope();
    private final ReentrantLock commitment = new ReentrantLock();
    private volatile boolean running;
    private volatile boolean committed;
    private volatile boolean answersCancellation;
    private volatile @Nullable Instead instead;

    /** An answer from another thread than that of the run. */
    private record Instead(Outcome why, Signal written) {}

    private ExchangeRun(Service service, Client client, Set<Capability> capabilities, ClientCall call) {
        this.service = service;
        this.call = call;
        this.scope = service.begin(client, capabilities, fromScope);
    }

    /**
     * Begins an exchange; call {@link #run} for it.
     *
     * @param client who sends the request
     * @param capabilities what the listener can do
     * @param call the request and the response on the wire; not used before {@link #run}
     */
    public static ExchangeRun begin(Service service, Client client, Set<Capability> capabilities, ClientCall call) {
        return new ExchangeRun(service, client, capabilities, call);
    }

    /** The exchange. */
    public Exchange scope() {
        return scope;
    }

    /**
     * Serves the request, writes the response, and ends the exchange. Throws nothing: the outcome shows a failure, and
     * faults of a listener or a service are logged. An interrupt of a handler does not reach the client's connection:
     * it is delayed until the end.
     *
     * @return how it ended; COMPLETED if the client has got a whole response, also an error page
     */
    public Outcome run() {
        Outcome how = Outcome.FAILED;
        boolean interrupted = false;
        running = true;
        scope.onCancel(fromScope);
        try {
            ProxyResponse response = wanted(served());
            // An interrupted handler has still answered, and a channel closes under an interrupted thread.
            interrupted = Thread.interrupted();
            how = deliver(response);
        } catch (Throwable fault) {
            LOG.error("an exchange failed in the listener", fault);
        } finally {
            fromScope.stop();
            if (how != Outcome.COMPLETED) {
                cut(how);
            }
            scope.end(how);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return how;
    }

    private ProxyResponse served() {
        ProxyRequest request;
        try {
            request = call.request(scope);
        } catch (ProxyException | RuntimeException | Error why) {
            return service.refuse(scope, ProxyException.of(why));
        }
        try {
            return fitting(request, service.serve(request));
        } catch (Throwable fault) {
            return service.refuse(
                    scope, new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, "the service failed", fault));
        }
    }

    /** A tunnel is an answer only to a request that asked for one (RFC 9110 §7.8, §9.3.6). */
    private ProxyResponse fitting(ProxyRequest request, ProxyResponse response) {
        Tunnel tunnel = response.tunnel();
        if (tunnel == null) {
            return notMistaken(request, response);
        }
        boolean asked = request.method().equals("CONNECT")
                ? response.status() >= 200 && response.status() <= 299
                : request.upgrade() != null && response.status() == 101;
        try {
            call.readyTunnel(response);
            if (!asked) {
                throw unfit("the answer was a tunnel, but the request asked for none");
            }
            if (!Headers.isValue(tunnel.protocol())) {
                throw unfit("the protocol of a tunnel has a character that is not allowed");
            }
            return response;
        } catch (ProxyException | RuntimeException | Error why) {
            response.close();
            return service.refuse(scope, ProxyException.of(why));
        }
    }

    /** HTTP/2 has one way to agree to an upgrade, and it is any 2xx (RFC 8441 §5): 200 with a page would seem to be that. */
    private ProxyResponse notMistaken(ProxyRequest request, ProxyResponse response) {
        boolean agrees = response.status() >= 200 && response.status() <= 299;
        if (!agrees || request.version() != HttpVersion.HTTP_2 || request.upgrade() == null) {
            return response;
        }
        response.close();
        return service.refuse(
                scope,
                new ProxyException(
                        Outcome.BAD_RESPONSE,
                        Delivery.ANSWERED,
                        "the answer to an upgrade was " + response.status() + ", without a tunnel"));
    }

    private static ProxyException unfit(String why) {
        return new ProxyException(Outcome.FAILED, Delivery.ANSWERED, why);
    }

    /** The response, or the page that says why if the exchange was cancelled in the meantime. */
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

    private Outcome deliver(ProxyResponse response) throws IOException, InterruptedException {
        InputStream content;
        try {
            content = response.tunnel() == null ? response.body().open() : InputStream.nullInputStream();
        } catch (RuntimeException | Error fault) {
            response.close();
            ProxyResponse page = service.refuse(
                    scope,
                    new ProxyException(
                            Outcome.FAILED, Delivery.ANSWERED, "opening the response's body failed: " + fault, fault));
            return deliver(page, page.body().open());
        }
        return deliver(response, content);
    }

    private Outcome deliver(ProxyResponse response, InputStream content) throws IOException, InterruptedException {
        try (response) {
            if (scope.cancelled() == Outcome.CLIENT_LEFT) {
                return Outcome.CLIENT_LEFT;
            }
            if (!commit(null)) {
                return answeredInstead();
            }
            if (!answersCancellation) {
                scope.check();
            }
            Tunnel tunnel = response.tunnel();
            if (tunnel != null) {
                return call.tunnel(response, tunnel);
            }
            call.respond(response, content);
            return Outcome.COMPLETED;
        } catch (ProxyException failure) {
            return brokenOff(failure);
        }
    }

    private Outcome brokenOff(ProxyException failure) {
        String why = failure.getMessage();
        scope.notes().note(() -> "the response broke off: " + why);
        if (failure.outcome() == Outcome.FAILED) {
            // A fault of the program, and no page shows it any more.
            LOG.error("a response broke off", failure);
        }
        // So that resources of the exchange end with this reason, and not merely as closed.
        scope.cancel(failure.outcome());
        return failure.outcome();
    }

    private boolean commit(@Nullable Instead other) {
        commitment.lock();
        try {
            if (committed) {
                return false;
            }
            instead = other;
            // Before the commitment: what cancels from then on finds out whether this is the answer to it.
            answersCancellation = scope.cancelled() != null && scope.record().failure() != null;
            committed = true;
            return true;
        } finally {
            commitment.unlock();
        }
    }

    /**
     * Begins to answer with an error page from another thread: the thread of the run is blocked in a read of the
     * request's body, and only the end of the connection can free it. So after the page the call is {@link
     * ClientCall#cut}. Never blocks.
     *
     * @param why the outcome of the exchange
     * @return false if the response has already been committed; then nothing is done
     */
    public boolean answerInstead(Outcome why) {
        if (committed) {
            return false;
        }
        try {
            scope.time().start("answer-instead", () -> writeInstead(new Instead(why, new Signal())));
        } catch (RuntimeException | Error fault) {
            // For example if there is no thread. The blocked thread must be freed in this case too.
            LOG.error("a client could not be answered, so its connection is cut: {}", why, fault);
            cut(why);
        }
        return true;
    }

    private void writeInstead(Instead answer) {
        if (!commit(answer)) {
            return;
        }
        Outcome why = answer.why();
        ProxyException failure = new ProxyException(why, Delivery.SENT_UNKNOWN, "the request's body ended with " + why);
        try (ProxyResponse page = service.refuse(scope, failure)) {
            call.respond(page, page.body().open());
        } catch (IOException gone) {
            LOG.debug("the client of an exchange that ended with {} was not told", why, gone);
        } finally {
            cut(why);
            answer.written().fire();
        }
    }

    /** A fault of the listener does not prevent the end of the exchange. */
    private void cut(Outcome why) {
        try {
            call.cut(why);
        } catch (RuntimeException | Error fault) {
            LOG.error("a call was not cut at {}", why, fault);
        }
    }

    private Outcome answeredInstead() throws InterruptedException {
        Instead answer = instead;
        if (answer == null) {
            throw new IllegalStateException("an exchange is answered once");
        }
        scope.time().await(answer.written(), TimeSource.NEVER);
        return answer.why();
    }

    /**
     * Asks the client with a 100 for the body that it holds back (RFC 9110 §10.1.1).
     *
     * @throws IOException if the final response is on its way, or the client cannot be written to
     */
    public void askForBody() throws IOException {
        commitment.lock();
        try {
            if (committed) {
                throw new IOException("the response is on its way, and the client was not asked for the body");
            }
            call.interim(100, Headers.empty());
        } finally {
            commitment.unlock();
        }
    }

    /** The callbacks of the exchange; one object for both, as each exchange needs one. */
    private final class FromScope implements Exchange.InterimSink, QuickHook<Outcome> {
        /** Of a cancellation that breaks the call off. No monitor, as a call may have locks of its own. */
        private final ReentrantLock breaking = new ReentrantLock();

        @Override
        public boolean send(int status, Headers headers) {
            commitment.lock();
            try {
                return running && !committed && call.interim(status, headers);
            } catch (IOException gone) {
                // The final response will fail too, and report it.
                return false;
            } finally {
                commitment.unlock();
            }
        }

        @Override
        public void accept(Outcome why) {
            breaking.lock();
            try {
                // An error page on its way may be the very answer to this cancellation.
                boolean late = committed && !answersCancellation;
                if (!running) {
                    return;
                }
                if (late || why == Outcome.CLIENT_LEFT) {
                    cut(why);
                } else if (!call.stopReading(why)) {
                    answerInstead(why);
                }
            } finally {
                breaking.unlock();
            }
        }

        /** Waits for a cancellation that is breaking the call off: the next call may have the same connection. */
        private void stop() {
            breaking.lock();
            try {
                running = false;
            } finally {
                breaking.unlock();
            }
        }
    }
}
