package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;

/** Attempts that ignore all calls, except those that a subclass overrides. */
abstract class NoAttempts implements Attempts {
    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        throw new AssertionError();
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean kept, long nanos) {
        throw new AssertionError();
    }

    @Override
    public Step woke(long nanos) {
        throw new AssertionError();
    }
}
