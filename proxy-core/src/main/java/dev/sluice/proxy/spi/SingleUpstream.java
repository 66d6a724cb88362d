package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import java.util.Set;

/** An upstream that stands alone. There is nothing to be kept of a request, so one object decides about all of them. */
final class SingleUpstream implements UpstreamSource, Openable<UpstreamSource>, Attempts, Lease {
    private final Upstream upstream;
    private final Step send = new Step.Send(this);
    private final Step answer = new Step.Answer(this, false);

    SingleUpstream(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public Upstream upstream() {
        return upstream;
    }

    @Override
    public Set<Capability> capabilities() {
        return upstream.capabilities();
    }

    @Override
    public UpstreamSource openedBy(UpstreamOpener transport) {
        return new SingleUpstream(Openable.open(upstream, transport));
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return this;
    }

    @Override
    public Step start(long nanos) {
        return send;
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        return answer;
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
