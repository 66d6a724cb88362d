package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

class FailureLogTest {
    private final Queue<SubstituteLoggingEvent> events = new ArrayDeque<>();
    private final ManualTime time = new ManualTime();
    private final FailureLog log =
            new FailureLog(new EventRecordingLogger(new SubstituteLogger("failures", events, true), events), time);
    private final Exchange exchange =
            Exchange.builder(new ManualTime()).listener(log).begin();

    private void received() {
        exchange.received(TestExchange.request(exchange, "GET", "/x?secret=1"));
    }

    private String line(Level level) {
        assertThat(events).hasSize(1);
        SubstituteLoggingEvent event = events.remove();
        assertThat(event.getLevel()).isEqualTo(level);
        return MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                .getMessage();
    }

    @Test
    void aRefusalIsOneLineWithItsOutcomeAndWithoutTheQuery() {
        received();
        exchange.notes().failed(ProxyException.refused(Outcome.REFUSED, "not you"));
        exchange.notes().head(403, Headers.empty(), 0);
        exchange.end(Outcome.COMPLETED);

        assertThat(line(Level.INFO)).isEqualTo("GET /x: 403 REFUSED: not you");
    }

    private void tooMuch() {
        Exchange refused = Exchange.builder(time).listener(log).begin();
        refused.received(TestExchange.request(refused, "GET", "/x"));
        refused.notes().failed(ProxyException.refused(Outcome.OVERLOADED, 429, "too many requests"));
        refused.notes().head(429, Headers.empty(), 0);
        refused.end(Outcome.COMPLETED);
    }

    @Test
    void whatIsRefusedAsTooMuchDoesNotFillTheLog() {
        for (int i = 0; i < 1_000; i++) {
            tooMuch();
        }
        assertThat(events).hasSize(20);
        events.clear();
        time.advance(Duration.ofMinutes(1));
        tooMuch();
        assertThat(line(Level.INFO))
                .isEqualTo("GET /x: 429 OVERLOADED: too many requests (980 more since the last such line)");
    }

    @Test
    void anUpstreamsFailureIsAWarning() {
        received();
        exchange.notes().requestId("4711");
        exchange.notes().failed(new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "a: refused"));
        exchange.notes().head(502, Headers.empty(), 0);
        exchange.end(Outcome.COMPLETED);

        assertThat(line(Level.WARN)).isEqualTo("GET /x (4711): 502 CONNECT_FAILED: a: refused");
    }

    @Test
    void aDetachedExchangeIsLoggedWithItsPurposeAndItsRequest() {
        received();
        Exchange refresh = exchange.detached("refresh", Duration.ofSeconds(1));
        refresh.notes().failed(new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "a: refused"));
        refresh.end(Outcome.CONNECT_FAILED);

        assertThat(line(Level.WARN)).isEqualTo("refresh for GET /x: 0 CONNECT_FAILED: a: refused");
    }

    @Test
    void whatFailsBesideTheRequestsDoesNotFillTheLog() {
        received();
        for (int i = 0; i < 100; i++) {
            exchange.detached("mirror", Duration.ofSeconds(1)).end(Outcome.HEAD_TIMEOUT);
        }
        assertThat(events).hasSize(20);
    }

    @Test
    void ourOwnFaultIsLoggedWithItsStackTrace() {
        received();
        ProxyException fault = new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "bug");
        exchange.notes().failed(fault);
        exchange.end(Outcome.COMPLETED);

        assertThat(events).hasSize(1);
        assertThat(events.remove().getThrowable()).isSameAs(fault);
    }

    @Test
    void theLogSaysWhyAResponseBrokeOff() {
        received();
        Exchange attempt = exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        attempt.attempt("a").failed(new IOException("reset by peer"), Delivery.ANSWERED);
        attempt.end(Outcome.BODY_FAILED);
        exchange.notes().head(200, Headers.empty(), 0);
        exchange.end(Outcome.BODY_FAILED);

        assertThat(line(Level.WARN))
                .isEqualTo("GET /x: 200 BODY_FAILED: after the response's head, reset by peer (attempt 1 at a)");
    }

    @Test
    void aRequestOfTheProxysOwnThatGotNoHeadSaysWhy() {
        received();
        Exchange refresh = exchange.detached("refresh", Duration.ofSeconds(1));
        Exchange attempt = refresh.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        attempt.attempt("a").failed(new IOException("no answer"), Delivery.SENT_UNKNOWN);
        attempt.end(Outcome.HEAD_FAILED);
        refresh.end(Outcome.HEAD_FAILED);

        assertThat(line(Level.WARN)).isEqualTo("refresh for GET /x: 0 HEAD_FAILED: no answer (attempt 1 at a)");

        exchange.detached("refresh", Duration.ofSeconds(1)).end(Outcome.HEAD_TIMEOUT);

        assertThat(line(Level.WARN)).isEqualTo("refresh for GET /x: 0 HEAD_TIMEOUT: before the response's head");
    }

    @Test
    void anUpstreamsFailureNamesTheAttemptAndTheUpstream() {
        received();
        ProxyException refused = new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "host:80: refused");
        for (String id : new String[] {"blue", "green"}) {
            Exchange attempt = exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
            attempt.attempt(id).failed(refused, Delivery.NOT_SENT);
            attempt.end(Outcome.CONNECT_FAILED);
        }
        exchange.notes().failed(refused);
        exchange.notes().head(502, Headers.empty(), 0);
        exchange.end(Outcome.CONNECT_FAILED);

        assertThat(line(Level.WARN)).isEqualTo("GET /x: 502 CONNECT_FAILED: host:80: refused (attempt 2 at green)");
    }

    @Test
    void aMessageThatCouldNotBeReadIsLoggedToo() {
        exchange.notes().failed(ProxyException.refused(Outcome.BAD_REQUEST, "no Host"));
        exchange.end(Outcome.COMPLETED);

        assertThat(line(Level.INFO))
                .isEqualTo("a request of " + exchange.client().address() + ": 0 BAD_REQUEST: no Host");
    }

    @Test
    void successIsNotLogged() {
        received();
        exchange.end(Outcome.COMPLETED);

        assertThat(events).isEmpty();
    }
}
