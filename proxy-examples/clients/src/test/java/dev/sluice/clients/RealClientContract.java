package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import java.net.URI;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the fake gateway is for one HTTP client: a stub, a sequence, faults and TLS. */
@Timeout(60)
abstract class RealClientContract {
    final FakeGateway gateway = FakeGateway.start();

    /** Sends a GET, and returns the status and the body: {@code 200 hello}. */
    abstract String get(URI uri) throws Exception;

    /** Sends a POST with this text and the field {@code X-Tenant: 7}, and returns the same. */
    abstract String post(URI uri, String body) throws Exception;

    @AfterEach
    void close() {
        gateway.close();
    }

    private String get(String path) throws Exception {
        return get(gateway.uri(path));
    }

    @Test
    void aStubAnswers() throws Exception {
        gateway.on(RequestMatch.of("POST /orders?express").body("tea")).answers(201, "order 1");
        assertThat(post(gateway.uri("/orders?express=true"), "tea")).isEqualTo("201 order 1");
        gateway.verify(1, RequestMatch.of("POST /orders").header("X-Tenant", "7"));
    }

    @Test
    void aSequenceComesInOrder() throws Exception {
        gateway.on("GET /orders/{id}").answers(Answer.ok("first"), Answer.ok("second"), Answer.of(410, "gone"));
        assertThat(get("/orders/1")).isEqualTo("200 first");
        assertThat(get("/orders/1")).isEqualTo("200 second");
        assertThat(get("/orders/1")).isEqualTo("410 gone");
        assertThat(get("/orders/1")).isEqualTo("410 gone");
    }

    /** Whether the client sees that such an answer is not whole; a good one always does. */
    boolean notices(String fault) {
        return true;
    }

    /** Whether the client asks again when a connection that it had kept turns out to be closed; RFC 9112 §9.3.1 lets it. */
    boolean asksAgain() {
        return true;
    }

    @Test
    void faultsReachTheClient() {
        for (Fault fault : new Fault[] {
            Fault.GARBAGE, Fault.RESET.inHead(5), Fault.CLOSE.inHead(30), Fault.RESET.inBody(2), Fault.CLOSE.inBody(2),
            Fault.UNFINISHED_CHUNKS, Fault.LENGTH_TOO_LONG
        }) {
            gateway.on("GET /broken").answers(Answer.ok("hello").with(fault));
            boolean noticed = failureOf(() -> get("/broken")) != null;
            assertThat(noticed).as(fault.toString()).isEqualTo(notices(fault.toString()));
        }
    }

    @Test
    void aKeptConnectionMayBeStale() throws Exception {
        gateway.on("GET /stale").answers(Answer.ok("first").with(Fault.STALE), Answer.ok("second"));
        assertThat(get("/stale")).isEqualTo("200 first");
        if (asksAgain()) {
            assertThat(get("/stale")).isEqualTo("200 second");
        } else {
            // It asks again only if it has seen the end before it sent the request.
            assertThat(gateway.received()).hasSizeBetween(1, 2);
        }
    }

    private static Throwable failureOf(Callable<String> call) {
        try {
            call.call();
            return null;
        } catch (Exception failure) {
            return failure;
        }
    }

    @Test
    void theClientTrustsTheGateway() throws Exception {
        gateway.on("GET /safe").answers("hello");
        assertThat(get(gateway.httpsUri("/safe"))).isEqualTo("200 hello");
    }
}
