package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.trace.Sampler;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.SubstituteLoggingEvent;

/** Which requests have a line: a share, errors, and what a condition says. */
class KeptLinesTest {
    private final Queue<SubstituteLoggingEvent> events = new ArrayDeque<>();

    private static ExchangeRecord record(int status, Outcome how, Consumer<Exchange> change) {
        Exchange exchange = Exchange.builder(new ManualTime()).begin();
        change.accept(exchange);
        if (status > 0) {
            exchange.notes().head(status, Headers.empty(), 0);
        }
        exchange.end(how);
        return exchange.record();
    }

    private static ExchangeRecord ofRoute(String route) {
        return record(200, Outcome.COMPLETED, exchange -> exchange.notes().route(route));
    }

    private AccessLog log(AccessLog.Builder builder) {
        return builder.log(LoggedExchange.logger(events)).format("x").build();
    }

    private boolean keeps(AccessLog log, ExchangeRecord record) {
        events.clear();
        log.ended(record);
        return !events.isEmpty();
    }

    private int kept(AccessLog log, int requests, String route) {
        events.clear();
        for (int i = 0; i < requests; i++) {
            log.ended(ofRoute(route));
        }
        return events.size();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.1, 0.5, 0.999, 1})
    void aShareOfTracesIsThatOfTheSampler(double share) {
        AccessLog log = log(AccessLog.builder().sample(share));
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            TraceContext trace = TraceContext.begin(random);
            ExchangeRecord record =
                    record(200, Outcome.COMPLETED, exchange -> exchange.notes().trace(trace));

            assertThat(keeps(log, record)).isEqualTo(Sampler.rate(share).samples(trace, null, null));
        }
    }

    @Test
    void theNextServerKeepsTheSameRequestsAndMoreOfThemWithAGreaterShare() {
        AccessLog first = log(AccessLog.builder().sample(0.1));
        AccessLog next = log(AccessLog.builder().sample(0.1));
        AccessLog more = log(AccessLog.builder().sample(0.3));
        Set<Integer> kept = new HashSet<>();
        int greater = 0;
        for (int i = 0; i < 2_000; i++) {
            String id = "id-" + i;
            ExchangeRecord record =
                    record(200, Outcome.COMPLETED, exchange -> exchange.notes().requestId(id));
            boolean keeps = keeps(first, record);
            assertThat(keeps(next, record)).isEqualTo(keeps);
            assertThat(keeps(more, record) || !keeps).isTrue();
            greater += keeps(more, record) ? 1 : 0;
            if (keeps) {
                kept.add(i);
            }
        }

        assertThat(kept.size()).isBetween(150, 250);
        assertThat(greater).isBetween(500, 700);
        // It is the same in every process and every version.
        assertThat(kept).contains(178, 180, 186).doesNotContain(179, 181);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.25, 0.5, 0.9})
    void withoutAnIdTheShareIsCounted(double share) {
        AccessLog log = log(AccessLog.builder().sample(share));

        assertThat((double) kept(log, 1_000, "a")).isCloseTo(share * 1_000, within(2.0));
    }

    @Test
    void routesThatTakeTurnsHaveTheirSharesToo() {
        AccessLog log = log(AccessLog.builder().keep("a", 0.5).keep("b", 0.5));
        int a = 0;
        for (int i = 0; i < 1_000; i++) {
            a += keeps(log, ofRoute("a")) ? 1 : 0;
            keeps(log, ofRoute("b"));
        }

        assertThat(a).isBetween(480, 520);
    }

    @ParameterizedTest
    @CsvSource({
        "200, COMPLETED, false",
        "404, COMPLETED, false",
        "404, NO_ROUTE, false",
        "429, OVERLOADED, false",
        "401, REFUSED, false",
        "499, CLIENT_LEFT, false",
        "500, COMPLETED, true",
        "502, CONNECT_FAILED, true",
        "200, BODY_FAILED, true",
        "200, CLIENT_LEFT, true",
        "0, CLIENT_LEFT, true",
    })
    void errorsAreKeptWhateverTheShareIs(int status, Outcome how, boolean error) {
        ExchangeRecord record = record(status, how, exchange -> exchange.notes().route("a"));

        assertThat(keeps(log(AccessLog.builder().errorsOnly(true)), record)).isEqualTo(error);
        assertThat(keeps(log(AccessLog.builder().sample(0)), record)).isEqualTo(error);
        assertThat(keeps(log(AccessLog.builder().keep("a", 0)), record)).isEqualTo(error);
        assertThat(keeps(log(AccessLog.builder()), record)).isTrue();
    }

    @Test
    void youMaySayWhatAnErrorIs() {
        AccessLog log = log(AccessLog.builder().errorsOnly(true).errors(record -> record.status() == 429));

        assertThat(keeps(log, record(429, Outcome.OVERLOADED, any -> {}))).isTrue();
        assertThat(keeps(log, record(500, Outcome.FAILED, any -> {}))).isFalse();
    }

    @Test
    void aConditionHoldsForErrorsTooAndThereMayBeSeveral() {
        AccessLog log = log(AccessLog.builder()
                .when(record -> !"health".equals(record.route()))
                .when(record -> record.status() != 404));

        assertThat(keeps(log, ofRoute("a"))).isTrue();
        assertThat(keeps(log, ofRoute("health"))).isFalse();
        assertThat(keeps(log, record(500, Outcome.FAILED, e -> e.notes().route("health"))))
                .isFalse();
        assertThat(keeps(log, record(404, Outcome.COMPLETED, any -> {}))).isFalse();
    }

    @Test
    void aConditionThatThrowsKeepsTheLine() {
        AccessLog log = log(AccessLog.builder()
                .errorsOnly(true)
                .when(record -> {
                    throw new IllegalStateException("when");
                })
                .errors(record -> {
                    throw new IllegalStateException("errors");
                }));

        assertThat(keeps(log, ofRoute("a"))).isTrue();
    }

    @Test
    void theShareOfARouteCanBeChangedAndReadWhileTheLogIsInUse() {
        AccessLog.Builder builder = AccessLog.builder().errorsOnly(true).keep("checkout", 1);
        AccessLog log = log(builder);
        assertThat(log.kept("checkout")).isEqualTo(1);
        assertThat(log.kept("other")).isZero();
        assertThat(log.kept()).isEqualTo(Map.of("checkout", 1.0));

        log.keep("other", 1);
        log.keep("checkout", 0);
        assertThat(keeps(log, ofRoute("other"))).isTrue();
        assertThat(keeps(log, ofRoute("checkout"))).isFalse();
        assertThat(keeps(log, ofRoute("third"))).isFalse();
        assertThat(log.kept()).isEqualTo(Map.of("checkout", 0.0, "other", 1.0));
        assertThat(log(builder).kept()).isEqualTo(Map.of("checkout", 1.0));

        log.keepAsBuilt("other");
        log.keepAsBuilt("checkout");
        assertThat(keeps(log, ofRoute("other"))).isFalse();
        assertThat(keeps(log, ofRoute("checkout"))).isTrue();
        assertThat(log.kept()).isEqualTo(Map.of("checkout", 1.0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aShareIsFromZeroToOne(double share) {
        AccessLog log = AccessLog.combined();
        String message = "share must be 0 to 1: " + share;

        assertThatThrownBy(() -> log.keep("a", share)).hasMessage(message);
        assertThatThrownBy(() -> AccessLog.builder().sample(share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> AccessLog.builder().keep("a", share)).hasMessage(message);
        assertThat(log.kept()).isEmpty();
    }
}
