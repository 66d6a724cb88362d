package dev.sluice.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A route's own timeouts. */
class RouteTimeoutsTest {
    private static final Timeouts OWN =
            Timeouts.builder().total(Duration.ofSeconds(5)).build();

    private final ManualTime time = new ManualTime();

    private void handle(Exchange exchange, RouteBuilder route) throws Exception {
        ProxyRequest request = ProxyRequest.builder(exchange, "GET", RequestTarget.of("http", null, "/"))
                .build();
        Routes.of(route.to(r -> ProxyResponse.of(200))).handle(request).close();
    }

    @Test
    void theTotalCountsFromTheBeginningOfTheExchange() throws Exception {
        Exchange exchange = Exchange.builder(time).begin();
        long deadlineNanos = time.deadline(OWN.total());
        time.advance(Duration.ofSeconds(2));
        handle(exchange, Route.any().timeouts(OWN));

        assertThat(exchange.deadlineNanos()).isEqualTo(deadlineNanos);
        time.advance(Duration.ofSeconds(3));
        assertThat(exchange.cancelled()).isEqualTo(Outcome.TOTAL_TIMEOUT);
    }

    @Test
    void timeoutsOfARouteReplaceTheServers() throws Exception {
        Exchange exchange = Exchange.builder(time).begin(Duration.ofSeconds(1));
        handle(
                exchange,
                Route.any().timeouts(OWN.toBuilder().total(Timeouts.NONE).build()));
        time.advance(Duration.ofSeconds(2));

        assertThat(exchange.cancelled()).isNull();
        assertThat(Timeouts.of(exchange))
                .isEqualTo(OWN.toBuilder().total(Timeouts.NONE).build());
    }

    @Test
    void aRouteWithoutTimeoutsKeepsTheServers() throws Exception {
        Exchange exchange = Exchange.builder(time).begin();
        handle(exchange, Route.any());

        assertThat(exchange.deadlineNanos()).isEqualTo(TimeSource.NEVER);
        assertThat(exchange.get(Timeouts.class)).isNull();
    }
}
