package dev.sluice.balancer.affinity;

import dev.sluice.proxy.ProxyRequest;
import java.util.Collection;
import java.util.Set;

/** What the builders build: an affinity that finds sessions in one of the ways there are. */
record SessionAffinity(Sessions sessions, boolean strict) implements Affinity {
    @Override
    public Affinity over(Collection<String> ids) {
        return new SessionAffinity(sessions.over(ids), strict);
    }

    @Override
    public Session session(ProxyRequest request, long nanos) {
        return sessions.session(request, nanos);
    }

    @Override
    public int sessions(String memberId, long nanos) {
        return sessions.count(memberId, nanos);
    }

    @Override
    public Set<String> members() {
        return sessions.members();
    }
}
