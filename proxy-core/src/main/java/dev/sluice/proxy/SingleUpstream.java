package dev.sluice.proxy;

import java.util.Set;

/** A source that has one upstream, and tries it once. */
record SingleUpstream(Upstream upstream) implements UpstreamSource {
    @Override
    public Set<Capability> capabilities() {
        return upstream.capabilities();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return new Attempts() {
            @Override
            public Step start(long nanos) {
                return new Step.Send(new Lease() {
                    @Override
                    public Upstream upstream() {
                        return upstream;
                    }

                    @Override
                    public void end(Outcome outcome, long endNanos) {}
                });
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
        };
    }
}
