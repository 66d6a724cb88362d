package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldLines;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.http2.ResponseFields;
import dev.sluice.proxy.internal.WebSocketKey;
import dev.sluice.proxy.scope.SecretFields;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.multiplex.RefusedException;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request and its response on a stream of HTTP/2. */
final class Http2Stream implements OriginStream {
    /** What a connection of HTTP/2 can carry. */
    static final Set<Capability> CAPABILITIES =
            Set.of(Capability.TRAILERS, Capability.INTERIM, Capability.FULL_DUPLEX, Capability.HOST, Capability.TUNNEL);

    private static final int TUNNEL_BYTES = 8 * 1024;

    private final ProxyRequest request;
    private final OriginSession session;
    private final Duration idle;
    private final Runnable requireHttp1;
    private final boolean reused;
    private volatile @Nullable SessionStream stream;

    /** Whether the place is used, or given back. */
    private final AtomicBoolean begun = new AtomicBoolean();

    private volatile boolean left;
    private volatile long headDeadline = TimeSource.NEVER;
    private @Nullable String protocol;
    private volatile @Nullable Framing framing;
    private boolean ended;

    /**
     * @param session in which a place was taken
     * @param requireHttp1 is told when the origin takes the request over HTTP/1.1 only
     */
    Http2Stream(ProxyRequest request, OriginSession session, Duration idle, Runnable requireHttp1) {
        this.request = request;
        this.session = session;
        this.idle = idle;
        this.requireHttp1 = requireHttp1;
        this.reused = session.used();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean reused() {
        // A stream that was reset says nothing of its connection.
        return reused && session.isOver();
    }

    @Override
    public void send(byte @Nullable [] content) throws IOException {
        if (left || !begun.compareAndSet(false, true)) {
            throw new IOException("the stream was left before anything was sent");
        }
        long length = request.body().length();
        try {
            SessionStream opened = session.open(
                    writer -> writer.hiding(SecretFields.of(request.exchange()))
                            .request(
                                    fields(),
                                    said(length),
                                    request.expectsContinue() && length != 0,
                                    request.acceptsTrailers()),
                    length == 0 && request.upgrade() == null,
                    this::lengthOf);
            stream = opened;
            if (left) {
                opened.abort();
            }
            opened.readDeadline(headDeadline);
            if (content != null) {
                opened.writeTimeout(idle);
                opened.write(content, 0, content.length, true);
            } else {
                opened.flush();
            }
        } catch (IOException failed) {
            throw explained(failed);
        }
    }

    /** The length that the head says, or UNKNOWN. */
    private long said(long length) {
        return length > 0 || (length == 0 && RequestWriter.expectsBody(request.method())) ? length : Body.UNKNOWN;
    }

    private RequestFields fields() {
        Authority authority = request.target().authority();
        String upgrade = request.upgrade();
        return new RequestFields(
                upgrade == null ? request.method() : "CONNECT",
                request.target().scheme(),
                authority == null ? null : authority.toString(),
                request.target().toString(),
                upgrade == null ? null : upgrade.toLowerCase(Locale.ROOT),
                upgrade == null ? request.headers() : request.headers().without("Sec-WebSocket-Key"::equalsIgnoreCase));
    }

    private SessionStream opened() {
        return Objects.requireNonNull(stream, "nothing has been sent yet");
    }

    @Override
    public int roomBefore() {
        return 0;
    }

    @Override
    public int roomBehind() {
        return 0;
    }

    @Override
    public void data(byte[] buffer, int offset, int length) throws IOException {
        try {
            opened().writeTimeout(idle);
            opened().write(buffer, offset, length);
        } catch (IOException failed) {
            throw explained(failed);
        }
    }

    @Override
    public void end(Headers trailers) throws IOException {
        try {
            opened().writeTimeout(idle);
            if (trailers.isEmpty()) {
                opened().shutdownOutput();
            } else {
                opened().send(
                                writer -> writer.hiding(SecretFields.of(request.exchange()))
                                        .trailers(trailers),
                                true);
                opened().flush();
            }
        } catch (IOException failed) {
            throw explained(failed);
        }
    }

    /** What was refused was certainly not begun (RFC 9113 §8.7). */
    private IOException explained(IOException failed) {
        if (failed instanceof RefusedException refused) {
            if (refused.requiresHttp1()) {
                requireHttp1.run();
            }
            return new ProxyException(
                    refused.goesAway() ? Outcome.SHUT_DOWN : Outcome.SEND_FAILED,
                    Delivery.NOT_SENT,
                    "the origin took no stream: " + failed.getMessage(),
                    failed);
        }
        if (failed instanceof Http2Exception fault) {
            // What breaks a connection may be the answer to another request.
            Delivery delivery = fault.stream() == 0 ? Delivery.SENT_UNKNOWN : Delivery.ANSWERED;
            return new ProxyException(Outcome.BAD_RESPONSE, delivery, String.valueOf(fault.getMessage()), fault);
        }
        return failed;
    }

    @Override
    public void sent(boolean whole) {
        SessionStream sending = stream;
        if (!whole && sending != null && sending.received()) {
            sending.reset(ErrorCode.CANCEL, "the request is not whole");
        }
    }

    @Override
    public void breakRequest(IOException why) {
        SessionStream broken = stream;
        if (broken != null) {
            broken.breakInput(why);
            broken.reset(ErrorCode.CANCEL, "the request is not whole");
        }
    }

    @Override
    public void headDeadline(long nanos) {
        headDeadline = nanos;
        SessionStream waiting = stream;
        if (waiting != null) {
            waiting.readDeadline(nanos);
        }
    }

    @Override
    public ResponseHead readHead() throws IOException {
        try {
            ResponseFields head = opened().head();
            session.answers();
            SecretFields.add(request.exchange(), opened().secrets());
            requireWithinLimits(head.headers(), "header fields");
            return request.upgrade() != null && head.status() >= 200 && head.status() <= 299
                    ? switched(head.headers(), request.upgrade())
                    : new ResponseHead(HttpVersion.HTTP_2, head.status(), head.headers());
        } catch (IOException failed) {
            if (failed instanceof WireTimeoutException || request.exchange().cancelled() == Outcome.TOTAL_TIMEOUT) {
                session.answersNot();
            }
            throw explained(failed);
        }
    }

    /** As HTTP/1.1 says it, with the answer to a WebSocket's key, which HTTP/2 does not have (RFC 8441 §5.1). */
    private ResponseHead switched(Headers received, String protocol) {
        Headers.Builder headers =
                received.toBuilder().set("Connection", "Upgrade").set("Upgrade", protocol);
        request.headers()
                .first("Sec-WebSocket-Key")
                .ifPresent(key -> headers.set("Sec-WebSocket-Accept", WebSocketKey.accept(key)));
        return new ResponseHead(HttpVersion.HTTP_2, 101, headers.build());
    }

    /** The same limits as in HTTP/1.1. */
    private void requireWithinLimits(Headers fields, String what) throws ProxyException {
        if (fields.size() > session.headerCount()) {
            throw new ProxyException(
                    Outcome.BAD_RESPONSE, Delivery.ANSWERED, "more than " + session.headerCount() + " " + what);
        }
        if (FieldLines.bytes(fields) > session.headerBytes()) {
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    what + " of more than " + session.headerBytes() + " bytes");
        }
    }

    @Override
    public Headers begin(ResponseHead head) throws ProxyException {
        opened().readDeadline(TimeSource.NEVER);
        protocol = FinalHead.protocol(request, head);
        return head.headers();
    }

    private long lengthOf(ResponseFields head) throws ProxyException {
        boolean opensTunnel = request.upgrade() != null || request.method().equals("CONNECT");
        if (opensTunnel && head.status() <= 299) {
            return Body.UNKNOWN;
        }
        Framing framed = Framing.response(request.method(), head.status(), HttpVersion.HTTP_2, head.headers());
        framing = framed;
        return framed.kind() == Framing.Kind.UNTIL_CLOSE ? Body.UNKNOWN : framed.length();
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    @Override
    public Tunnel tunnel() {
        SessionStream carrier = opened();
        return new OriginTunnel(
                carrier, new InputBuffer(carrier::read, TUNNEL_BYTES), carrier::close, String.valueOf(protocol));
    }

    /** A body of unknown length that has ended already has none. */
    @Override
    public long length() {
        Framing framed = framing;
        if (framed == null) {
            return Body.UNKNOWN;
        }
        return framed.kind() == Framing.Kind.UNTIL_CLOSE && opened().isEmpty() ? 0 : framed.length();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        try {
            opened().readTimeout(idle);
            int n = opened().read(target, offset, length);
            if (n < 0) {
                requireWithinLimits(opened().trailers(), "trailer fields");
                ended = true;
            }
            return n;
        } catch (IOException failed) {
            throw explained(failed);
        }
    }

    @Override
    public int available() {
        return ended ? 0 : opened().available();
    }

    @Override
    public Headers trailers() {
        if (!ended) {
            return Headers.empty();
        }
        SecretFields.add(request.exchange(), opened().secrets());
        return opened().trailers();
    }

    @Override
    public void abort() {
        left = true;
        SessionStream open = stream;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void close() {
        left = true;
        SessionStream open = stream;
        if (open != null) {
            open.close();
        } else if (begun.compareAndSet(false, true)) {
            session.giveBack();
        }
    }
}
