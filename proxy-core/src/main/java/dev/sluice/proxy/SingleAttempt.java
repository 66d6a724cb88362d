package dev.sluice.proxy;

import dev.sluice.proxy.Attempts.Lease;
import dev.sluice.proxy.Attempts.Step;

/** The one attempt at an upstream that is not in a pool. */
final class SingleAttempt implements Attempts, Lease {
    private final Upstream upstream;

    SingleAttempt(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public Upstream upstream() {
        return upstream;
    }

    @Override
    public Step start(long nanos) {
        return new Step.Send(this);
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        return new Step.Answer(lease, false);
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
        return new Step.Fail(outcome);
    }

    @Override
    public Step woke(long nanos) {
        throw new IllegalStateException("a single upstream is never waited for");
    }

    @Override
    public void end(Outcome outcome, long nanos) {}
}
