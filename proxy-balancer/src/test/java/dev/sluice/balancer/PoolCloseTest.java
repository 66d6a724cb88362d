package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After a pool has closed, nothing of it runs any more. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolCloseTest {
    private static final Duration A_WHILE = Duration.ofMillis(200);

    private final CountDownLatch probed = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Ends only when the test releases it, after it was told to end. */
    private void end() throws InterruptedException {
        told.countDown();
        released.await();
        ended.set(true);
    }

    /** Its probe ends late. */
    private final class LateProbe implements Upstream {
        @Override
        public String id() {
            return "late";
        }

        @Override
        public ProxyResponse send(ProxyRequest request) throws InterruptedException {
            CountDownLatch cancelled = new CountDownLatch(1);
            request.exchange().onCancel(reason -> cancelled.countDown());
            probed.countDown();
            cancelled.await();
            end();
            return ProxyResponse.of(200);
        }
    }

    /** It is closed late. */
    private final class LateClose implements Upstream {
        @Override
        public String id() {
            return "late";
        }

        @Override
        public ProxyResponse send(ProxyRequest request) {
            return ProxyResponse.of(200);
        }

        @Override
        public void close() {
            try {
                end();
            } catch (InterruptedException interrupt) {
                throw new AssertionError(interrupt);
            }
        }
    }

    /** Closes the pool while something in it still runs. It continues as soon as close() waits. */
    private void assertClosesAfterwards(UpstreamPool pool) throws Exception {
        AtomicBoolean endedFirst = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            pool.close();
            endedFirst.set(ended.get());
        });
        closing.start();
        told.await();
        while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        released.countDown();
        closing.join();
        assertThat(endedFirst).isTrue();
    }

    @Test
    void closingWaitsForARunningProbe() throws Exception {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(new LateProbe()))
                .health(HealthCheck.http("/").interval(Duration.ofMillis(10)).build())
                .build();
        probed.await();
        assertClosesAfterwards(pool);
    }

    @Test
    void theUpstreamOfAMemberIsClosed() throws Exception {
        UpstreamPool pool = UpstreamPool.builder()
                .transport(new FakeTransport((id, uri) -> new LateClose()))
                .addMember("http://127.0.0.1:1")
                .build();
        assertClosesAfterwards(pool);
    }

    @Test
    void closingDoesNotWaitForeverForAProbe() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(Upstream.of("deaf", request -> {
                    probed.countDown();
                    never.await();
                    return ProxyResponse.of(200);
                })))
                .health(HealthCheck.http("/").interval(Duration.ofMillis(10)).build())
                .build();
        probed.await();
        long begin = System.nanoTime();
        pool.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(A_WHILE, Duration.ofSeconds(10));
        never.countDown();
    }
}
