package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import org.junit.jupiter.api.Test;

class TestExchangeTest {
    @Test
    void anExchangeIsOpenOnTheClockThatItWasGiven() {
        ManualTime time = new ManualTime();

        Exchange exchange = TestExchange.begin(time);

        assertThat(exchange.time()).isSameAs(time);
        assertThat(exchange.outcome()).isNull();
        assertThat(exchange.client().address().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void aRequestHasAnExchangeOfItsOwn() {
        ProxyRequest request = TestExchange.request("GET", "/a?b=c");

        assertThat(request.target().path()).isEqualTo("/a");
        assertThat(request.target().query()).isEqualTo("b=c");
        assertThat(request.target().authority()).hasToString("test.example");
        assertThat(request.exchange())
                .isNotSameAs(TestExchange.request("GET", "/").exchange());
    }
}
