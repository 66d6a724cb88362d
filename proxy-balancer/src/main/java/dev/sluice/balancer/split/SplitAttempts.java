package dev.sluice.balancer.split;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import java.util.function.Supplier;

/**
 * The attempts of the chosen source, or those of another if it has no upstream for the first attempt. Used by one
 * thread at a time.
 */
final class SplitAttempts implements Attempts {
    private Attempts current;
    private final Supplier<Attempts> other;
    private boolean decided;

    /**
     * Attempts with a fall-back.
     *
     * @param other asked for at most once
     */
    SplitAttempts(Attempts chosen, Supplier<Attempts> other) {
        this.current = chosen;
        this.other = other;
    }

    @Override
    public String name() {
        return current.name();
    }

    @Override
    public Step start(long nanos) {
        return orOther(current.start(nanos), nanos);
    }

    @Override
    public Step woke(long nanos) {
        return orOther(current.woke(nanos), nanos);
    }

    private Step orOther(Step step, long nanos) {
        boolean none = step instanceof Step.Fail fail && fail.outcome() == Outcome.NO_UPSTREAM;
        if (decided || !none) {
            decided |= !(step instanceof Step.Wait);
            return step;
        }
        decided = true;
        current = other.get();
        return current.start(nanos);
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        return current.head(lease, status, headers, bodyKept, nanos);
    }

    @Override
    public void passedOn(Lease lease, long nanos) {
        current.passedOn(lease, nanos);
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
        return current.failed(lease, outcome, delivery, bodyKept, nanos);
    }

    @Override
    public Step slow(Lease lease, boolean bodyWhole, long nanos) {
        return current.slow(lease, bodyWhole, nanos);
    }
}
