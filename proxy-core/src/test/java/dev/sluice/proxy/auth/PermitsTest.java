package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PermitsTest {
    private static final int WAITS = 1;
    private static final int GONE = 2;

    private final AtomicInteger stage = new AtomicInteger();

    /** A clock on which a wait ends at once when the stage says so. */
    private final TimeSource time = (TimeSource) Proxy.newProxyInstance(
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

    /** With real threads, as what matters is the moment between a permit that is given and its signal. */
    @Test
    void aPermitThatComesAsItsClientLeavesIsNotLost() throws Exception {
        Permits permits = new Permits(1);
        Random random = new Random(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 3_000; round++) {
                stage.set(0);
                permits.acquire(TestExchange.begin());
                Exchange leaves = TestExchange.begin(time);
                Future<?> waits = thread.submit(
                        () -> assertThatThrownBy(() -> permits.acquire(leaves)).isInstanceOf(ProxyException.class));
                while (stage.get() != WAITS) {
                    Thread.yield();
                }
                leaves.cancel(Outcome.CLIENT_LEFT);
                stage.set(GONE);
                for (int i = random.nextInt(500); i > 0; i--) {
                    Thread.onSpinWait();
                }
                permits.release();
                waits.get(60, TimeUnit.SECONDS);
            }
            permits.acquire(TestExchange.begin());
        } finally {
            thread.shutdownNow();
        }
        assertThat(stage).hasValue(GONE);
    }
}
