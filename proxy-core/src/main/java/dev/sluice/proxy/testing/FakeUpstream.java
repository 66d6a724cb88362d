package dev.sluice.proxy.testing;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An upstream that does what you tell it and remembers its requests. By default it answers 200 with its own name as
 * text. A new instruction applies from the next request on, until the next instruction.
 *
 * <pre>{@code
 * FakeUpstream a = FakeUpstream.named("a").answer(200, "hello");
 * FakeUpstream b = FakeUpstream.named("b").fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
 * }</pre>
 *
 * <p>Like an upstream of a transport it refuses a request that does not come from an attempt, so that a test fails if
 * it uses {@code upstream::send} as a handler. It reads a request's whole body before it answers; for a streaming
 * stand-in use {@link Upstream#of}. One that answers by path, and at other places within an answer, is {@code
 * FakeGateway.withoutSocket().upstream(id)}. Safe for use by many threads.
 */
public final class FakeUpstream implements Upstream {
    private final String id;
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final Queue<ProxyHandler> once = new ConcurrentLinkedQueue<>();
    private volatile ProxyHandler behaviour;
    private volatile Duration delay = Duration.ZERO;
    private volatile Authority authority;
    private volatile Set<Capability> capabilities = Set.copyOf(EnumSet.allOf(Capability.class));
    private volatile boolean closed;

    private FakeUpstream(String id) {
        this.id = id;
        this.authority = new Authority(id + ".test", 80);
        this.behaviour = received(true, request -> ProxyResponse.of(200, id));
    }

    /**
     * An upstream with this id, at {@code <id>.test:80}.
     *
     * @throws IllegalArgumentException if the id cannot be a part of a host name
     */
    public static FakeUpstream named(String id) {
        return new FakeUpstream(id);
    }

    /** It answers with this status and text. */
    public FakeUpstream answer(int status, String text) {
        return answer(request -> ProxyResponse.of(status, text));
    }

    /** It answers with what {@code handler} returns or throws. The handler gets the whole body as bytes. */
    public FakeUpstream answer(ProxyHandler handler) {
        behaviour = received(true, handler);
        return this;
    }

    /**
     * It answers with this status and text only to the next request. Several such instructions, {@link #failOnce} among
     * them, apply one after another.
     */
    public FakeUpstream answerOnce(int status, String text) {
        return answerOnce(request -> ProxyResponse.of(status, text));
    }

    /** It answers with what {@code handler} returns or throws only to the next request, as above. */
    public FakeUpstream answerOnce(ProxyHandler handler) {
        once.add(received(true, handler));
        return this;
    }

    /**
     * It answers with this status, and with a body of unknown length that breaks off behind this text: with BODY_FAILED. A
     * pool cannot mend it; to see it mend a body with a length, see {@link dev.sluice.proxy.testing.gateway.Fault#inBody}.
     */
    public FakeUpstream breakOff(int status, String text) {
        return answer(broken(status, text));
    }

    /** It breaks off in this way only at the next request, as above. */
    public FakeUpstream breakOffOnce(int status, String text) {
        return answerOnce(broken(status, text));
    }

    /**
     * It does everything so much later, on the clock of the exchange: at once by default. An attempt that is cancelled
     * meanwhile fails with the reason for that.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public FakeUpstream delay(Duration time) {
        delay = Require.notNegative("delay", time);
        return this;
    }

    /** It fails in this way. If the request was NOT_SENT, its body is not read, else it is read whole before. */
    public FakeUpstream fail(Outcome outcome, Delivery delivery) {
        behaviour = failing(outcome, delivery);
        return this;
    }

    /**
     * It fails in this way only at the next request. If called several times, it fails at the same number of requests;
     * with {@link #answerOnce} in between, these apply in the order in which they were said.
     */
    public FakeUpstream failOnce(Outcome outcome, Delivery delivery) {
        once.add(failing(outcome, delivery));
        return this;
    }

    /**
     * It stays silent until the attempt is cancelled, and then fails with the reason for that, SENT_UNKNOWN. {@code
     * Timeouts.total}, a pool's {@code tryTimeout} or a hedge that wins cancels it, but not {@code Timeouts.head},
     * which only the transport of a real upstream applies.
     */
    public FakeUpstream hang() {
        return answer(request -> {
            await(request.exchange(), TimeSource.NEVER);
            throw new IllegalStateException("woken without being cancelled");
        });
    }

    private static void await(Exchange exchange, long deadlineNanos) throws ProxyException, InterruptedException {
        Signal cancelled = new Signal();
        exchange.onCancel((QuickHook<Outcome>) reason -> cancelled.fire());
        exchange.time().await(cancelled, deadlineNanos);
        exchange.check();
    }

    /**
     * Sets {@link #authority()}.
     *
     * @throws IllegalArgumentException if the text is not an authority
     */
    public FakeUpstream at(String host) {
        authority = Authority.parse(host);
        return this;
    }

    /** Sets {@link #capabilities()}; all by default. */
    public FakeUpstream capable(Capability... able) {
        capabilities = Set.of(able);
        return this;
    }

    /** The requests so far, in order of arrival; also those that failed. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Returns whether it has been closed. */
    public boolean closed() {
        return closed;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Authority authority() {
        return authority;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        OriginUpstream.requireAttempt(request, id);
        ProxyHandler next = once.poll();
        return (next == null ? behaviour : next).handle(request);
    }

    @Override
    public void close() {
        closed = true;
    }

    private ProxyHandler failing(Outcome outcome, Delivery delivery) {
        return received(delivery != Delivery.NOT_SENT, request -> {
            throw new ProxyException(outcome, delivery, "upstream " + id + " was told to fail with " + outcome);
        });
    }

    private ProxyHandler broken(int status, String text) {
        return request -> {
            InputStream end = new BulkInputStream() {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    throw new ProxyException(
                            Outcome.BODY_FAILED, Delivery.ANSWERED, "upstream " + id + " was told to break off");
                }
            };
            InputStream body = new SequenceInputStream(Body.of(text).open(), end);
            return ProxyResponse.of(status, text).toBuilder()
                    .body(Body.of(body, Body.UNKNOWN))
                    .build();
        };
    }

    /** Notes the request before {@code handler} gets it, with its body if that is read. */
    private ProxyHandler received(boolean reads, ProxyHandler handler) {
        return request -> {
            byte[] bytes = reads ? request.body().open().readAllBytes() : new byte[0];
            requests.add(new ReceivedRequest(request, bytes));
            Duration pause = delay;
            if (!pause.isZero()) {
                await(request.exchange(), request.exchange().time().deadline(pause));
            }
            return handler.handle(request.toBuilder().body(Body.of(bytes)).build());
        };
    }

    /** A request that a {@link FakeUpstream} was sent. Immutable. */
    public static final class ReceivedRequest {
        private final ProxyRequest request;
        private final byte[] body;

        ReceivedRequest(ProxyRequest request, byte[] body) {
            this.request = request;
            this.body = body;
        }

        /** The method. */
        public String method() {
            return request.method();
        }

        /** The target. The authority is the one for {@code Host}. */
        public RequestTarget target() {
            return request.target();
        }

        /** The fields. */
        public Headers headers() {
            return request.headers();
        }

        /** A copy of the body's bytes. Empty if the body was not read. */
        public byte[] body() {
            return body.clone();
        }

        /** The body as text in UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The whole request as it was given to the upstream; its body has been read. */
        public ProxyRequest request() {
            return request;
        }

        /** Method and target, without the query. */
        @Override
        public String toString() {
            return request.toString();
        }
    }
}
