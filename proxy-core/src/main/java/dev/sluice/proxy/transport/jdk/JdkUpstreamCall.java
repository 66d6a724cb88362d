package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.jdk.JdkUpstreamPublisher.Progress;
import dev.sluice.proxy.transport.jdk.JdkUpstreamPublisher.Stage;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the client, from sending to the response's head. The caller's thread waits, in two
 * steps: while the body is sent, until nothing has moved for the idle timeout; then for the head. If the wait is broken
 * off, the client's exchange is abandoned, which closes its connection.
 *
 * <p>{@link #head} runs on a thread of the client, {@link #abandon} on any, the rest on the caller's.
 */
final class JdkUpstreamCall {
    /**
     * How long a response may still take once the client wants no more of the request's body: by then its connection
     * has ended, so a response has been received or never will be, but sometimes the client does not say which.
     */
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final String place;
    private final String method;
    private final Exchange exchange;
    private final TimeSource time;
    private final Timeouts timeouts;
    private final HeadTime.Wait headWait;
    private final @Nullable JdkUpstreamPublisher upload;
    private final Signal settled = new Signal();
    private final AtomicReference<@Nullable ProxyException> abandoned = new AtomicReference<>();
    private volatile @Nullable CompletableFuture<?> future;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable ProxyResponse response;
    private volatile @Nullable JdkUpstreamStream stream;
    private volatile @Nullable Map<String, List<String>> fields;

    /**
     * The call of {@code request}, whose body goes out by {@code upload}, or is none.
     *
     * @param place host and port of the upstream, for the log
     */
    JdkUpstreamCall(ProxyRequest request, String place, @Nullable JdkUpstreamPublisher upload) {
        this.place = place;
        this.method = request.method();
        this.exchange = request.exchange();
        this.time = exchange.time();
        this.timeouts = Timeouts.of(exchange);
        this.headWait = HeadTime.part(exchange.get(HeadTime.class), timeouts.head());
        this.upload = upload;
    }

    /** Takes a response's fields, before the client has looked at its framing. */
    void fields(Map<String, List<String>> received) {
        fields = received;
    }

    /** Sends, and returns at the response's head. */
    ProxyResponse run(HttpClient client, HttpRequest outgoing) throws ProxyException, InterruptedException {
        Runnable unhook =
                exchange.onCancel((QuickHook<Outcome>) reason -> abandon(cancelled(reason, Delivery.SENT_UNKNOWN)));
        try {
            begin(client, outgoing);
            awaitUpload();
            awaitHead();
            return answer();
        } catch (ProxyException why) {
            throw abandon(why);
        } catch (InterruptedException | RuntimeException cause) {
            abandon(cancelled(Outcome.ABANDONED, Delivery.SENT_UNKNOWN));
            throw cause;
        } finally {
            headWait.end(time.nanos());
            unhook.run();
        }
    }

    private void begin(HttpClient client, HttpRequest outgoing) {
        future = client.sendAsync(outgoing, this::head).whenComplete((done, cause) -> settle(cause));
        if (abandoned.get() != null) {
            cancel();
        }
    }

    /** The client is done with the head, and with a body that is none. */
    private void settle(@Nullable Throwable cause) {
        JdkUpstreamStream body = stream;
        if (cause != null && body != null) {
            body.onError(cause);
        }
        failure = cause;
        settled.fire();
    }

    /** While the body is sent the idle timeout applies; until there is a connection, the head's. */
    private void awaitUpload() throws ProxyException, InterruptedException {
        if (upload == null) {
            return;
        }
        Signal over = new Signal();
        upload.finished().whenFired(over::fire);
        settled.whenFired(over::fire);
        Progress seen;
        Progress now = upload.progress();
        do {
            seen = now;
            long deadline = now.stage() == Stage.CONNECTING
                    ? headWait.until(now.sinceNanos())
                    : Nanos.after(now.sinceNanos(), Nanos.of(timeouts.idle()));
            if (time.await(over, deadline)) {
                return;
            }
            now = upload.progress();
        } while (!now.equals(seen));
        if (seen.stage() == Stage.CONNECTING) {
            // An origin that did not ask for the body has sent nothing in all that time.
            headWait.begin(seen.sinceNanos());
        }
        throw stuck(seen.stage());
    }

    private ProxyException stuck(Stage stage) {
        return switch (stage) {
            case CONNECTING, OUT -> headTimeout();
            case TAKING ->
                new ProxyException(
                        Outcome.SEND_TIMEOUT,
                        Delivery.SENT_UNKNOWN,
                        "the origin took nothing more within " + DurationText.of(timeouts.idle()));
            case READING ->
                new ProxyException(
                        Outcome.CLIENT_BODY_TIMEOUT,
                        Delivery.SENT_UNKNOWN,
                        "nothing more of the request's body within " + DurationText.of(timeouts.idle()));
        };
    }

    private void awaitHead() throws ProxyException, InterruptedException {
        ProxyException unread = upload == null ? null : upload.failure();
        if (unread != null) {
            throw unread;
        }
        boolean refused = upload != null && upload.isRefused();
        long deadline = headWait.begin(time.nanos());
        if (!time.await(settled, refused ? Math.min(deadline, time.deadline(LAST_WORD)) : deadline)) {
            throw refused
                    ? new ProxyException(
                            Outcome.SEND_FAILED,
                            Delivery.SENT_UNKNOWN,
                            "the connection ended before the request was sent whole, and no response was read")
                    : headTimeout();
        }
    }

    private ProxyException headTimeout() {
        return new ProxyException(
                Outcome.HEAD_TIMEOUT,
                Delivery.SENT_UNKNOWN,
                "no response's head within " + DurationText.of(timeouts.head()) + headWait.whose());
    }

    private ProxyResponse answer() throws ProxyException {
        ProxyException why = abandoned.get();
        if (why != null) {
            throw why;
        }
        Map<String, List<String>> seen = fields;
        if (seen != null && JdkUpstreamFailure.isBodyWith204(failure)) {
            return JdkUpstreamHead.noContent(method, seen).response(Body.empty());
        }
        ProxyResponse received = response;
        JdkUpstreamStream body = stream;
        if (received == null || body == null) {
            Stage stage = upload == null ? Stage.OUT : upload.progress().stage();
            boolean untouched = upload == null || stage == Stage.CONNECTING;
            throw JdkUpstreamFailure.of(failure, place, untouched, stage == Stage.OUT);
        }
        if (upload != null) {
            upload.stop();
        }
        exchange.onCancel((QuickHook<Outcome>) reason -> body.abort(cancelled(reason, Delivery.ANSWERED)));
        exchange.onEnd(outcome -> body.close());
        return received;
    }

    /**
     * Takes the response's head. It has arrived with this, though the client may yet fail for its body's sake; but
     * where there is no body, it is over when the connection is back in the client's pool.
     */
    private BodySubscriber<JdkUpstreamStream> head(ResponseInfo info) {
        try {
            JdkUpstreamHead head = JdkUpstreamHead.of(method, info);
            JdkUpstreamStream body = new JdkUpstreamStream(time, timeouts.idle(), head.length());
            stream = body;
            response = head.response(head.length() == 0 ? Body.empty() : Body.of(body, head.length()));
            ProxyException why = abandoned.get();
            if (why != null) {
                body.abort(why);
            }
            if (head.length() != 0) {
                settled.fire();
            }
            return body;
        } catch (ProxyException | RuntimeException fault) {
            JdkUpstreamStream dropped = new JdkUpstreamStream(time, timeouts.idle(), Body.UNKNOWN);
            stream = dropped;
            abandon(
                    fault instanceof ProxyException why
                            ? why
                            : new ProxyException(
                                    Outcome.BAD_RESPONSE,
                                    Delivery.ANSWERED,
                                    "bad response: " + fault.getMessage(),
                                    fault));
            return dropped;
        }
    }

    /**
     * Gives up the client's exchange, and with it the connection.
     *
     * @return why it was given up first
     */
    private ProxyException abandon(ProxyException why) {
        abandoned.compareAndSet(null, why);
        ProxyException first = abandoned.get();
        if (upload != null) {
            upload.stop();
        }
        cancel();
        JdkUpstreamStream body = stream;
        if (body != null) {
            body.abort(why);
        }
        settled.fire();
        return first == null ? why : first;
    }

    /**
     * Closes the connection, unless the client is done with it. After a malformed head the client leaves it open, and
     * a future that has failed cannot be cancelled any more; but one made from it can.
     */
    private void cancel() {
        CompletableFuture<?> sent = future;
        if (sent != null && (!sent.isDone() || sent.isCompletedExceptionally())) {
            sent.newIncompleteFuture().cancel(true);
            sent.cancel(true);
        }
    }

    private static ProxyException cancelled(Outcome reason, Delivery delivery) {
        return new ProxyException(reason, delivery, "cancelled: " + reason);
    }
}
