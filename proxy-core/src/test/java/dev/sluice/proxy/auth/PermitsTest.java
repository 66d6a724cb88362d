package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.testing.TestExchange;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PermitsTest {
    /** With real threads, as what matters is the moment between a permit that is given and its signal. */
    @Test
    void aPermitThatComesAsItsClientLeavesIsNotLost() throws Exception {
        Permits permits = new Permits(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20_000; round++) {
                Exchange leaves = TestExchange.begin();
                permits.acquire(TestExchange.begin());
                CyclicBarrier start = new CyclicBarrier(3);
                Future<?> waits = threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    try {
                        permits.acquire(leaves);
                        permits.release();
                    } catch (ProxyException gone) {
                        assertThat(gone.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
                    }
                    return null;
                });
                Future<?> cancels = threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    return leaves.cancel(Outcome.CLIENT_LEFT);
                });
                start.await(60, TimeUnit.SECONDS);
                permits.release();
                waits.get(60, TimeUnit.SECONDS);
                cancels.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
