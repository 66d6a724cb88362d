package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After a pool has closed, nothing of it runs any more. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolCloseTest {
    private static final Duration A_WHILE = Duration.ofMillis(200);

    private final CountDownLatch probed = new CountDownLatch(1);
    private final AtomicBoolean probeEnded = new AtomicBoolean();
    private final AtomicBoolean upstreamClosed = new AtomicBoolean();

    /** Ends 200 ms after it was told to. */
    private final class Slow implements Upstream {
        @Override
        public String id() {
            return "slow";
        }

        @Override
        public ProxyResponse send(ProxyRequest request) throws InterruptedException {
            CountDownLatch cancelled = new CountDownLatch(1);
            request.exchange().onCancel(reason -> cancelled.countDown());
            probed.countDown();
            cancelled.await();
            new CountDownLatch(1).await(A_WHILE.toMillis(), TimeUnit.MILLISECONDS);
            probeEnded.set(true);
            return ProxyResponse.of(200);
        }

        @Override
        public void close() {
            try {
                new CountDownLatch(1).await(A_WHILE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
            upstreamClosed.set(true);
        }
    }

    @Test
    void aProbeThatRunsIsOver() throws Exception {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(new Slow()))
                .health(HealthCheck.http("/").interval(Duration.ofMillis(10)).build())
                .build();
        probed.await();
        pool.close();
        assertThat(probeEnded).isTrue();
    }

    @Test
    void theUpstreamOfAMemberIsClosed() {
        UpstreamPool pool = UpstreamPool.builder()
                .transport(new FakeTransport((id, uri) -> new Slow()))
                .addMember("http://127.0.0.1:1")
                .build();
        pool.close();
        assertThat(upstreamClosed).isTrue();
    }

    @Test
    void whatDoesNotEndIsNotWaitedForLonger() throws Exception {
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
