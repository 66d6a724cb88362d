package dev.sluice.lab.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how soon a pool under load notices that a member has a fault. Probes take time here, unlike in a {@code
 * Simulation}. So each request and each probe is a task of a simulated clock.
 */
final class NoticedMember {
    /** What is wrong with the member. */
    enum Fault {
        DEAD,
        STOPPED,
        SLOW
    }

    private static final String NAME = "bad";
    private static final int PEERS = 3;
    private static final Duration USUAL = Duration.ofMillis(20);
    private static final Duration SLOW = Duration.ofSeconds(1);
    /** The default limit for the time to a response's head. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration CALM = Duration.ofSeconds(20);
    private static final Duration GIVEN_UP = Duration.ofMinutes(2);
    private static final double REQUESTS_PER_SECOND = 100;

    private final SimulatedTime time = new SimulatedTime();
    private final Fault fault;
    private final Random random;
    private final Signal noticed = new Signal();
    private volatile boolean bad;

    NoticedMember(Fault fault, long seed) {
        this.fault = fault;
        this.random = new Random(seed);
    }

    /** The time from the fault until the member is taken out; null if it is not taken out. */
    @Nullable
    Duration measure(Consumer<UpstreamPool.Builder> setup) throws Exception {
        UpstreamPool.Builder builder =
                UpstreamPool.builder().time(time).random(random).addListener(this::changed);
        setup.accept(builder);
        builder.addMember(Member.of(Upstream.of(NAME, this::answer)));
        for (int i = 0; i < PEERS; i++) {
            builder.addMember(Member.of(Upstream.of("peer-" + i, this::answerWell)));
        }
        try (UpstreamPool pool = builder.build()) {
            return time.run(() -> watch(pool));
        }
    }

    private @Nullable Duration watch(UpstreamPool pool) throws InterruptedException {
        TestClient client = TestClient.of(ReverseProxy.to(pool), time);
        time.start("load", () -> load(client));
        // The fault comes at any time between two probes.
        time.advance(CALM.plusMillis(random.nextInt(5_000)));
        bad = true;
        long fromNanos = time.nanos();
        boolean fired = time.await(noticed, time.deadline(GIVEN_UP));
        return fired ? Duration.ofNanos(time.nanos() - fromNanos) : null;
    }

    private void changed(PoolEvent event) {
        boolean out = event.kind() == PoolEvent.Kind.DOWN || event.kind() == PoolEvent.Kind.EJECTED;
        if (bad && out && event.member().equals(NAME)) {
            noticed.fire();
        }
    }

    private void load(TestClient client) {
        try {
            while (!noticed.fired()) {
                long gapNanos = (long) (-Math.log(1 - random.nextDouble()) / REQUESTS_PER_SECOND * 1e9);
                time.advance(Duration.ofNanos(gapNanos));
                time.start("request", () -> ask(client));
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void ask(TestClient client) {
        try {
            client.get("/");
        } catch (IOException failed) {
            // The answers that clients get are not measured.
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private ProxyResponse answer(ProxyRequest request) throws IOException, InterruptedException {
        if (!bad) {
            return answerWell(request);
        }
        switch (fault) {
            case DEAD -> throw new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "refused");
            case STOPPED -> {
                pass(request.exchange(), PATIENCE);
                throw new ProxyException(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN, "silent");
            }
            case SLOW -> pass(request.exchange(), SLOW);
        }
        return ProxyResponse.of(200);
    }

    private ProxyResponse answerWell(ProxyRequest request) throws IOException, InterruptedException {
        pass(request.exchange(), USUAL);
        return ProxyResponse.of(200);
    }

    /** Lets the time pass. Fails as soon as the scope is cancelled. */
    private void pass(Exchange scope, Duration duration) throws IOException, InterruptedException {
        Signal cancelled = new Signal();
        scope.onCancel(reason -> cancelled.fire());
        time.await(cancelled, time.deadline(duration));
        scope.check();
    }
}
