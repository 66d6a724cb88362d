package dev.sluice.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.testing.ManualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class BoundedResolverTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final ManualTime time = new ManualTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Resolver hanging = host -> {
        try {
            release.await();
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
        return List.of(HERE);
    };

    static List<Threads> threads() {
        return Threads.all();
    }

    @AfterEach
    void release() {
        release.countDown();
    }

    private CompletableFuture<List<InetAddress>> resolving(Threads threads, CompletableFuture<Thread> thread) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        Resolver bounded = hanging.bounded(time, Duration.ofSeconds(3));
        thread.complete(threads.start(() -> {
            try {
                result.complete(bounded.resolve("a.example"));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    @ParameterizedTest
    @MethodSource("threads")
    void theResolverRunsOnAPlatformThread(Threads threads) throws Exception {
        Resolver asking = host -> {
            if (VirtualThreads.isCurrent()) {
                throw new IOException("a virtual thread");
            }
            return List.of(HERE);
        };
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        threads.start(() -> {
            try {
                result.complete(asking.bounded(time, Duration.ofSeconds(3)).resolve("a.example"));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });

        assertThat(result.get(10, TimeUnit.SECONDS)).containsExactly(HERE);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aSlowResolutionFails(Threads threads) throws Exception {
        Future<List<InetAddress>> late = resolving(threads, new CompletableFuture<>());
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(3));

        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("a.example: no answer within 3 s");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anInterruptEndsTheWait(Threads threads) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<List<InetAddress>> interrupted = resolving(threads, thread);
        time.awaitWaiters(1);
        thread.get().interrupt();

        assertThatThrownBy(() -> interrupted.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedIOException.class);
    }

    @Test
    void theFailureOfTheResolverIsPassedOn() {
        Resolver failing = host -> {
            throw new UnknownHostException(host);
        };
        assertThatThrownBy(() -> failing.bounded(time, Duration.ofSeconds(3)).resolve("a.example"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("a.example");
        Resolver faulty = host -> {
            throw new IllegalStateException("a fault");
        };
        assertThatThrownBy(() -> faulty.bounded(time, Duration.ofSeconds(3)).resolve("a.example"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("a.example was not resolved: java.lang.IllegalStateException: a fault");
    }

    @Test
    void aTimeoutThatIsNotPositiveIsNamed() {
        assertThatThrownBy(() -> hanging.bounded(time, Duration.ZERO)).hasMessage("timeout must be positive: 0 s");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void theSystemsResolverServesEveryKindOfThread(Threads threads) throws Exception {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        threads.start(() -> {
            try {
                result.complete(Resolver.system().resolve("localhost"));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });

        assertThat(result.get(10, TimeUnit.SECONDS)).allMatch(InetAddress::isLoopbackAddress);
    }
}
