package dev.sluice.balancer.breaker;

import dev.sluice.proxy.ExchangeRecord.Decision;

/** What a circuit breaker that was not closed decided about a request. */
record BreakerDecision(String name, boolean permitted) implements Decision {
    @Override
    public String explain() {
        return "circuit breaker \"" + name + "\": "
                + (permitted ? "half-open, the request is a trial" : "not closed, refused");
    }
}
