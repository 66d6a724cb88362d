package dev.sluice.balancer.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.breaker.CircuitBreaker.State;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerFilterTest {
    private static final BreakerPolicy ONE = BreakerPolicy.builder().failures(1).build();

    private final ManualTime time = new ManualTime();
    private final CircuitBreakerFilter filter = CircuitBreakerFilter.of("orders", ONE);

    @ParameterizedTest
    @CsvSource({"200, CLOSED", "404, CLOSED", "499, CLOSED", "500, OPEN", "503, OPEN", "599, OPEN", "600, CLOSED"})
    void statusesFrom500To599AreFailures(int status, State expected) throws Exception {
        call(request -> ProxyResponse.of(status));
        assertThat(state()).isEqualTo(expected);
    }

    @Test
    void theStatusesCanBeSet() throws Exception {
        CircuitBreakerFilter own = CircuitBreakerFilter.builder("orders")
                .policy(ONE)
                .statusRange(429, 429)
                .build();
        own.filter(request(), request -> ProxyResponse.of(500));
        assertThat(own.breaker().state(0)).isEqualTo(State.CLOSED);
        own.filter(request(), request -> ProxyResponse.of(429));
        assertThat(own.breaker().state(0)).isEqualTo(State.OPEN);
        assertThatThrownBy(() ->
                        CircuitBreakerFilter.builder("x").statusRange(500, 400).build())
                .hasMessage("breaker statusRange must be a range within 200 to 999: 500 to 400");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void anExceptionIsAFailureWhenItBlamesTheUpstream(Outcome outcome) {
        fails(new ProxyException(outcome, Delivery.SENT_UNKNOWN, "told to"));
        assertThat(state()).isEqualTo(outcome.blamesUpstream() ? State.OPEN : State.CLOSED);
    }

    @Test
    void anExceptionWithoutOutcomeIsAFailureIfItIsAnIOException() {
        fails(new IllegalStateException("bug"));
        assertThat(state()).isEqualTo(State.CLOSED);
        fails(new IOException("reset"));
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @CsvSource({"CONNECT_FAILED, OPEN", "HEAD_TIMEOUT, OPEN", "OVERLOADED, CLOSED", "TOTAL_TIMEOUT, CLOSED"})
    void roundAllRoutesOfAServerAPageCountsByWhatItIsFor(Outcome outcome, State expected) throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .addFilter(filter)
                .addRoute("/**", request -> {
                    throw new ProxyException(outcome, Delivery.SENT_UNKNOWN, "told to");
                })
                .build();
        assertThat(TestClient.of(pipeline).get("/").status()).isEqualTo(outcome.status());
        assertThat(state()).isEqualTo(expected);
    }

    @Test
    void anExceptionAfterACancellationIsNotAFailure() {
        ProxyRequest request = request();
        request.exchange().cancel(Outcome.CLIENT_LEFT);
        assertThatThrownBy(() -> filter.filter(request, sent -> {
            throw new IOException("closed");
        }));
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, CLOSED", "BODY_FAILED, OPEN", "BODY_TIMEOUT, OPEN", "CLIENT_LEFT, CLOSED"})
    void aResponseWithABodyCountsByHowItEnds(Outcome outcome, State expected) throws Exception {
        ProxyRequest request = request();
        filter.filter(request, sent -> streamed());
        assertThat(state()).isEqualTo(State.CLOSED);
        request.exchange().end(outcome);
        assertThat(state()).isEqualTo(expected);
    }

    @Test
    void anOpenBreakerAnswers503WithTheSecondsToTheNextTrial() throws Exception {
        call(sent -> ProxyResponse.of(500));
        time.advance(Duration.ofMillis(1_500));
        ProxyRequest request = request();
        ProxyResponse response = filter.filter(request, sent -> {
            throw new AssertionError("called");
        });
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers().all("Retry-After")).containsExactly("4");
        assertThat(new String(response.body().readAll(999)))
                .contains("temporarily unavailable")
                .doesNotContain("orders");
        Exchange scope = request.exchange();
        assertThat(scope.record().decisions())
                .extracting(Decision::explain)
                .containsExactly("circuit breaker \"orders\": not closed, refused");
        scope.end(Outcome.COMPLETED);
        assertThat(scope.record().outcome()).isEqualTo(Outcome.NO_UPSTREAM);
    }

    @Test
    void thePageOfARefusalCanBeSet() throws Exception {
        CircuitBreakerFilter own = CircuitBreakerFilter.builder("orders")
                .policy(ONE)
                .onError((request, why) -> ProxyResponse.of(why.status(), "later"))
                .build();
        own.filter(request(), sent -> ProxyResponse.of(500));
        ProxyResponse response = own.filter(request(), sent -> ProxyResponse.of(200));
        assertThat(new String(response.body().readAll(99))).isEqualTo("later");
        assertThat(response.headers().all("Retry-After")).containsExactly("5");
    }

    @Test
    void aRefusedAttemptCanBeRetriedElsewhere() throws Exception {
        call(sent -> ProxyResponse.of(500));
        ProxyRequest request = request();
        Exchange attempt = request.exchange().child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        assertThatThrownBy(() -> filter.filter(request.in(attempt), sent -> ProxyResponse.of(200)))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.NO_UPSTREAM);
                    assertThat(why.delivery()).isEqualTo(Delivery.NOT_SENT);
                });
        assertThat(request.exchange().record().failure()).isNull();
    }

    @Test
    void trialsAreInTheRecordAndCloseTheBreakerAgain() throws Exception {
        call(sent -> ProxyResponse.of(500));
        time.advance(Duration.ofSeconds(5));
        ProxyRequest request = request();
        filter.filter(request, sent -> ProxyResponse.of(200));
        assertThat(request.exchange().record().explain())
                .contains("circuit breaker \"orders\": half-open, the request is a trial");
        call(sent -> ProxyResponse.of(200));
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTrialWhoseClientLeavesAllowsTheNext() throws Exception {
        call(sent -> ProxyResponse.of(500));
        time.advance(Duration.ofSeconds(5));
        ProxyRequest request = request();
        filter.filter(request, sent -> streamed());
        assertThat(call(sent -> ProxyResponse.of(200)).status()).isEqualTo(503);
        request.exchange().end(Outcome.CLIENT_LEFT);
        assertThat(call(sent -> ProxyResponse.of(200)).status()).isEqualTo(200);
    }

    private void fails(Exception failure) {
        assertThatThrownBy(() -> call(request -> {
                    if (failure instanceof RuntimeException unchecked) {
                        throw unchecked;
                    }
                    throw (IOException) failure;
                }))
                .isSameAs(failure);
    }

    private static ProxyResponse streamed() {
        return ProxyResponse.builder(200)
                .body(Body.of(new ByteArrayInputStream(new byte[9]), Body.UNKNOWN))
                .build();
    }

    private ProxyResponse call(ProxyHandler upstream) throws Exception {
        return filter.filter(request(), upstream);
    }

    private ProxyRequest request() {
        return TestExchange.request(TestExchange.begin(time), "GET", "/");
    }

    private State state() {
        return filter.breaker().state(time.nanos());
    }
}
