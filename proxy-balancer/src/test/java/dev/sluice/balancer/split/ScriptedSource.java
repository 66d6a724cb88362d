package dev.sluice.balancer.split;

import dev.sluice.balancer.TestLease;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.time.Signal;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A source that gives up with an outcome: at once, after expired waits, or after one attempt. */
final class ScriptedSource implements UpstreamSource {
    /** A lease that does not come from a source. */
    static final Lease LEASE = new TestLease(FakeUpstream.named("none"));

    private final Outcome outcome;
    private final int waits;
    private final @Nullable Upstream first;
    private final Set<String> told = new LinkedHashSet<>();
    private int asked;

    ScriptedSource(Outcome outcome, int waits) {
        this(outcome, waits, null);
    }

    private ScriptedSource(Outcome outcome, int waits, @Nullable Upstream first) {
        this.outcome = outcome;
        this.waits = waits;
        this.first = first;
    }

    static ScriptedSource failingAt(Upstream first, Outcome outcome) {
        return new ScriptedSource(outcome, 1, first);
    }

    int asked() {
        return asked;
    }

    Set<String> told() {
        return told;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        asked++;
        return new Attempts() {
            private int left = waits;

            @Override
            public Step start(long nanos) {
                return first == null ? woke(nanos) : new Step.Send(new TestLease(first));
            }

            @Override
            public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
                told.add("head " + status + " " + nanos);
                return new Step.Answer(lease, false);
            }

            @Override
            public Step failed(Lease lease, Outcome how, Delivery delivery, boolean bodyKept, long nanos) {
                return woke(nanos);
            }

            @Override
            public Step slow(Lease lease, boolean bodyWhole, long nanos) {
                told.add("slow " + nanos);
                return new Step.Await();
            }

            @Override
            public Step woke(long nanos) {
                return left-- > 0 ? new Step.Wait(new Signal(), 0) : new Step.Fail(outcome);
            }
        };
    }
}
