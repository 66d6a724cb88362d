package dev.sluice.proxy.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PlacesTest {
    private static final int MOST = Integer.MAX_VALUE;
    private static final int WAITS = 1;
    private static final int GONE = 2;

    private final SimulatedTime time = new SimulatedTime();
    private final List<String> served = new ArrayList<>();
    private int most;
    private final AtomicInteger stage = new AtomicInteger();

    /** A clock on which a wait ends at once when the stage says so. */
    private final TimeSource stopped = (TimeSource) Proxy.newProxyInstance(
            TimeSource.class.getClassLoader(), new Class<?>[] {TimeSource.class}, (proxy, method, given) -> {
                if (!method.getName().equals("await")) {
                    return method.invoke(TimeSource.system(), given);
                }
                stage.set(WAITS);
                while (stage.get() == WAITS) {
                    Thread.yield();
                }
                return false;
            });

    private static ProxyException refused(String reason) {
        return ProxyException.refused(Outcome.OVERLOADED, "no place", reason);
    }

    @Test
    void aClientThatLeavesWhileItWaitsMakesRoom() throws Exception {
        time.run(() -> {
            Places places = new Places(() -> 1, 1, Duration.ofDays(1), PlacesTest::refused);
            Exchange inside = TestExchange.begin(time);
            Exchange leaving = TestExchange.begin(time);
            places.take("key", inside, MOST);
            Signal gone = time.start("leaving", () -> {
                try {
                    places.take("key", leaving, MOST);
                } catch (ProxyException expected) {
                    served.add(expected.outcome().name());
                } catch (InterruptedException interrupt) {
                    throw new IllegalStateException(interrupt);
                }
            });
            time.advance(Duration.ZERO);
            assertThat(places.waiting()).isEqualTo(1);
            leaving.cancel(Outcome.CLIENT_LEFT);
            time.await(gone, Long.MAX_VALUE);
            assertThat(served).containsExactly("CLIENT_LEFT");
            assertThat(places.waiting()).isZero();
            inside.end(Outcome.COMPLETED);
            assertThat(places.keys()).isZero();
            return null;
        });
    }

    @Test
    void whenTheLimitGrowsNobodyOvertakesThoseThatWait() throws Exception {
        AtomicInteger limit = new AtomicInteger(1);
        time.run(() -> {
            Places places = new Places(limit::get, 5, Duration.ofDays(1), PlacesTest::refused);
            Exchange first = TestExchange.begin(time);
            places.take("key", first, MOST);
            List<Signal> done = new ArrayList<>();
            for (String name : List.of("second", "third")) {
                done.add(time.start(name, () -> {
                    try {
                        places.take("key", TestExchange.begin(time), MOST);
                        served.add(name);
                    } catch (ProxyException | InterruptedException failure) {
                        throw new IllegalStateException(failure);
                    }
                }));
                time.advance(Duration.ZERO);
                limit.set(2);
            }
            assertThat(served).isEmpty();
            first.end(Outcome.COMPLETED);
            for (Signal each : done) {
                time.await(each, Long.MAX_VALUE);
            }
            return null;
        });
        assertThat(served).containsExactly("second", "third");
    }

    @Test
    void underLoadThereAreNeverMoreThanTheLimitAndNothingIsLeftBehind() throws Exception {
        Random random = new Random(1);
        Places places = new Places(() -> 3, 5, Duration.ofMillis(40), PlacesTest::refused);
        Map<String, Integer> now = new HashMap<>();
        time.run(() -> {
            List<Signal> done = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String key = "key " + random.nextInt(3);
                Duration length = Duration.ofMillis(random.nextInt(30));
                boolean leaves = random.nextInt(5) == 0;
                Exchange scope = TestExchange.begin(time);
                done.add(time.start("request", () -> {
                    try {
                        if (leaves) {
                            time.schedule(length, () -> scope.cancel(Outcome.CLIENT_LEFT));
                        }
                        places.take(key, scope, MOST);
                        most = Math.max(most, now.merge(key, 1, Integer::sum));
                        time.advance(length);
                        now.merge(key, -1, Integer::sum);
                        scope.end(Outcome.COMPLETED);
                    } catch (ProxyException refused) {
                        scope.end(refused.outcome());
                    } catch (InterruptedException interrupt) {
                        throw new IllegalStateException(interrupt);
                    }
                }));
                time.advance(Duration.ofMillis(random.nextInt(3)));
            }
            for (Signal each : done) {
                time.await(each, Long.MAX_VALUE);
            }
            return null;
        });
        assertThat(most).isEqualTo(3);
        assertThat(places.waiting()).isZero();
        assertThat(places.keys()).isZero();
    }

    /** With real threads, as what matters is the moment between a place that is given and its signal. */
    @Test
    void aPlaceThatComesAsItsClientLeavesIsNotLost() throws Exception {
        Places places = new Places(() -> 1, 1, Duration.ofSeconds(5), PlacesTest::refused);
        Random random = new Random(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 3_000; round++) {
                stage.set(0);
                Places.Place place = places.take("", TestExchange.begin(), MOST);
                Exchange leaves = TestExchange.begin(stopped);
                Future<?> waits = thread.submit(() ->
                        assertThatThrownBy(() -> places.take("", leaves, MOST)).isInstanceOf(ProxyException.class));
                while (stage.get() != WAITS) {
                    Thread.yield();
                }
                leaves.cancel(Outcome.CLIENT_LEFT);
                stage.set(GONE);
                for (int i = random.nextInt(500); i > 0; i--) {
                    Thread.onSpinWait();
                }
                place.release();
                waits.get(60, TimeUnit.SECONDS);
            }
            places.take("", TestExchange.begin(), MOST);
        } finally {
            thread.shutdownNow();
        }
        assertThat(stage).hasValue(GONE);
    }
}
