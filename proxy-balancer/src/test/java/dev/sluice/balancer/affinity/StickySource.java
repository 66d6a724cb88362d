package dev.sluice.balancer.affinity;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The smallest pool with an affinity: it sends a request to the session's member, otherwise to the next in turn, and
 * tries each member once.
 */
final class StickySource implements UpstreamSource {
    private final Affinity affinity;
    private final List<? extends Upstream> members;
    private int turn;

    StickySource(Affinity affinity, List<? extends Upstream> members) {
        this.affinity = affinity.over(members.stream().map(Upstream::id).toList());
        this.members = members;
    }

    Affinity affinity() {
        return affinity;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        Session session = affinity.session(request, request.exchange().time().nanos());
        List<Upstream> left = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Upstream member = members.get((turn + i) % members.size());
            left.add(member.id().equals(session.member()) ? 0 : left.size(), member);
        }
        turn++;
        return new Attempts() {
            @Override
            public Step start(long nanos) {
                Upstream member = left.remove(0);
                return new Step.Send(new TestLease(session.bind(member, member.id(), nanos)));
            }

            @Override
            public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
                return new Step.Answer(lease, false);
            }

            @Override
            public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
                return left.isEmpty() ? new Step.Fail(outcome) : start(nanos);
            }

            @Override
            public Step woke(long nanos) {
                throw new IllegalStateException();
            }
        };
    }
}
