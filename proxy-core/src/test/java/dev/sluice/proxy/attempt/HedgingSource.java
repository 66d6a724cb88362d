package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A source for one request that sends to its upstreams in order. It sends to the next one beside an attempt that is
 * slow, and also if an attempt fails or answers with 500 or more while no other runs. It notes all calls.
 */
class HedgingSource implements UpstreamSource, Attempts {
    final List<String> told = new CopyOnWriteArrayList<>();
    private final TimeSource time;
    private final Deque<Upstream> left;
    private Duration slowAfter = Duration.ofSeconds(1);
    private Duration limit = Duration.ofNanos(TimeSource.NEVER);
    private boolean hold;
    private boolean reckless;
    private final Set<Lease> running = new HashSet<>();

    HedgingSource(TimeSource time, Upstream... upstreams) {
        this.time = time;
        this.left = new ArrayDeque<>(Arrays.asList(upstreams));
    }

    /** The time after which an attempt is slow; 1 s by default. */
    HedgingSource slowAfter(Duration duration) {
        slowAfter = duration;
        return this;
    }

    HedgingSource neverSlow() {
        return slowAfter(Duration.ofNanos(TimeSource.NEVER));
    }

    HedgingSource limit(Duration duration) {
        limit = duration;
        return this;
    }

    HedgingSource holds() {
        hold = true;
        return this;
    }

    /** Sends whatever it is told about the body. */
    HedgingSource reckless() {
        reckless = true;
        return this;
    }

    boolean isLeft() {
        return !left.isEmpty();
    }

    Step next() {
        Lease lease = lease(left.remove());
        running.add(lease);
        return new Step.Send(lease, time.deadline(limit), time.deadline(slowAfter));
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return this;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Step start(long nanos) {
        return next();
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        told.add("head " + lease.upstream().id() + ' ' + status);
        if (status < 500) {
            return new Step.Answer(lease, hold);
        }
        running.remove(lease);
        return after(Outcome.OVERLOADED, true);
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
        running.remove(lease);
        told.add("failed " + lease.upstream().id() + ' ' + outcome + ' ' + delivery + ' ' + bodyKept);
        return after(outcome, bodyKept || reckless);
    }

    @Override
    public Step slow(Lease lease, boolean bodyWhole, long nanos) {
        told.add("slow " + lease.upstream().id() + ' ' + bodyWhole + " at "
                + Duration.ofNanos(nanos).toSeconds() + " s");
        return isLeft() && (bodyWhole || reckless) ? next() : new Step.Await();
    }

    @Override
    public Step woke(long nanos) {
        throw new AssertionError();
    }

    private Step after(Outcome outcome, boolean again) {
        return !running.isEmpty() ? new Step.Await() : isLeft() && again ? next() : new Step.Fail(outcome);
    }

    void began(Upstream upstream, Exchange scope) {}

    boolean expired(Upstream upstream, long nanos) {
        return true;
    }

    Lease lease(Upstream upstream) {
        return new Lease() {
            @Override
            public Upstream upstream() {
                return upstream;
            }

            @Override
            public void began(Exchange scope) {
                HedgingSource.this.began(upstream, scope);
            }

            @Override
            public boolean expired(long nanos) {
                return HedgingSource.this.expired(upstream, nanos);
            }

            @Override
            public void end(Outcome outcome, long nanos) {
                told.add("end " + upstream.id() + ' ' + outcome);
            }
        };
    }
}
