package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.proxy.key.RequestKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrategyKeysTest {
    @Test
    void recordsShowTheKeyOfAStrategy() {
        assertThat(List.of(
                        new RingHash(RequestKey.cookie("sid")),
                        new Maglev(HashPolicy.by(RequestKey.header("X-User")).withBoundedLoad(1.25), 101),
                        new Rendezvous(RequestKey.query("q")),
                        new ClientAddressHash(),
                        new LeastLoad(LoadMetric.PEAK_EWMA),
                        new PowerOfTwoChoices(),
                        PowerOfTwoChoices.bestOf(3, LoadMetric.PEAK_EWMA)))
                .extracting(Object::toString)
                .containsExactly(
                        "ring hash by cookie sid",
                        "maglev by header X-User, load bounded by 1.25",
                        "rendezvous by query q",
                        "client address hash",
                        "least load by peak EWMA latency",
                        "power of two choices",
                        "best of 3 by peak EWMA latency");
    }

    @Test
    void aBoundedLoadFactorOfOneOrLessIsRefused() {
        for (double factor : new double[] {1, 0, -1, Double.NaN}) {
            assertThatThrownBy(() -> HashPolicy.by(RequestKey.path()).withBoundedLoad(factor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("factor of bounded load must be above 1: " + factor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a:", "ä", "a\n", "Connection", "content-length", "TE", "Expect", "Upgrade"})
    void aHeaderThatNoRequestHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.header(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key header must be the name of a field that a request can have behind a proxy: " + name);
        assertThatThrownBy(() -> Affinity.header(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrafficSplit.builder("s").whenHeader(name, "x", "y"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a=", "a;", "ä", "a\""})
    void aCookieThatNoRequestHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.cookie(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key cookie must be a token: \"" + name + "\"");
        assertThatThrownBy(() -> Affinity.cookie(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrafficSplit.builder("s").whenCookie(name, "x", "y"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
