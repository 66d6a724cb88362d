package dev.sluice.proxy.testing;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.internal.CountedInput;
import dev.sluice.proxy.spi.ClientCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One request of a {@link TestClient}, and its result. Nothing blocks, so nothing need be broken off. */
final class TestCall implements ClientCall {
    private final Client client;
    private final String method;
    private final String path;
    private final UnaryOperator<ProxyRequest.Builder> change;
    private final boolean throwing;
    private final List<Integer> interim = new CopyOnWriteArrayList<>();
    private @Nullable Exchange exchange;
    private @Nullable TestResponse received;

    /**
     * A request that is not sent yet.
     *
     * @param throwing whether a malformed target is thrown, if there is no service to refuse it
     */
    TestCall(Client client, String method, String path, UnaryOperator<ProxyRequest.Builder> change, boolean throwing) {
        this.throwing = throwing;
        this.client = client;
        this.method = method;
        this.path = path;
        this.change = change;
    }

    /** What came back, or null if nothing did. */
    @Nullable
    TestResponse received() {
        return received;
    }

    @Override
    public ProxyRequest request(Exchange scope) throws ProxyException {
        exchange = scope;
        ProxyRequest draft;
        try {
            draft = change.apply(ProxyRequest.builder(scope, method, RequestTarget.of(client.scheme(), null, "/")))
                    .build();
        } catch (RuntimeException | Error fault) {
            throw thrown(Delivery.NOT_SENT, "the test's request failed", fault);
        }
        String host = draft.headers().first("Host").orElse(TestExchange.HOST);
        RequestTarget target;
        try {
            target = RequestTarget.parse(method, path, client.scheme(), host);
        } catch (ProxyException refusal) {
            if (throwing) {
                scope.put(Thrown.class, new Thrown(refusal));
            }
            throw refusal;
        }
        return draft.toBuilder()
                .target(target)
                .headers(draft.headers().toBuilder().remove("Host").build())
                .body(counted(draft.body(), scope))
                .build();
    }

    private static Body counted(Body body, Exchange exchange) {
        return body.length() == 0
                ? body
                : body.map(stream -> new CountedInput(stream, exchange.notes()::addRequestBytes), body.length());
    }

    @Override
    public boolean interim(int status, Headers headers) {
        return interim.add(status);
    }

    @Override
    public void respond(ProxyResponse response, InputStream body) throws ProxyException {
        try {
            receive(response, body);
        } catch (RuntimeException | Error fault) {
            throw thrown(Delivery.ANSWERED, "reading the response failed", fault);
        }
    }

    private void receive(ProxyResponse response, InputStream body) throws ProxyException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ExchangeNotes record = head(response);
        ProxyException failure = read(response.body(), body, bytes);
        record.addResponseBytes(bytes.size());
        Headers trailers = failure == null ? response.body().trailers() : Headers.empty();
        received = new TestResponse(response, bytes.toByteArray(), trailers, interim, record, failure);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void readyTunnel(ProxyResponse response) {}

    /** The tunnel is closed with the response. */
    @Override
    public Outcome tunnel(ProxyResponse response, Tunnel tunnel) {
        received = new TestResponse(response, new byte[0], Headers.empty(), interim, head(response), null);
        return Outcome.COMPLETED;
    }

    /** Lets the client throw the fault where the test is. */
    private ProxyException thrown(Delivery delivery, String what, Throwable fault) {
        scope().put(Thrown.class, new Thrown(fault));
        return new ProxyException(Outcome.FAILED, delivery, what + ": " + fault, fault);
    }

    private Exchange scope() {
        return Objects.requireNonNull(exchange, "the request is made before the response");
    }

    private ExchangeNotes head(ProxyResponse response) {
        Exchange scope = scope();
        scope.notes().head(response.status(), response.headers(), scope.time().nanos());
        return scope.notes();
    }

    /** Tells why the body broke off, or null. */
    private static @Nullable ProxyException read(Body body, InputStream stream, ByteArrayOutputStream bytes) {
        try {
            byte[] buffer = new byte[8192];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                bytes.write(buffer, 0, n);
            }
        } catch (ProxyException failure) {
            return failure;
        } catch (IOException failure) {
            return new ProxyException(Outcome.BODY_FAILED, Delivery.ANSWERED, "reading the body failed", failure);
        }
        if (body.length() != Body.UNKNOWN && body.length() != bytes.size()) {
            String message = "body of " + body.length() + " bytes has " + bytes.size();
            return new ProxyException(Outcome.BODY_FAILED, Delivery.ANSWERED, message);
        }
        return null;
    }

    @Override
    public boolean stopReading(Outcome why) {
        return true;
    }

    @Override
    public void cut(Outcome why) {}
}
