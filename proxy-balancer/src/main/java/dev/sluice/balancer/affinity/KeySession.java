package dev.sluice.balancer.affinity;

import dev.sluice.proxy.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * A session of the table. It is bound when a member is picked and not when that has answered, so that requests with
 * the same new key that come at once go to one member; the first of them decides. If the attempt fails before its
 * response's head, the table has again what it had before.
 */
final class KeySession implements Session {
    private final SessionTable<String> table;
    private final String key;
    private final @Nullable String before;
    private final boolean there;

    /**
     * A session.
     *
     * @param before the member that the table had, or null
     * @param there whether that is a member now
     */
    KeySession(SessionTable<String> table, String key, @Nullable String before, boolean there) {
        this.table = table;
        this.key = key;
        this.before = before;
        this.there = there;
    }

    @Override
    public @Nullable String member() {
        return there ? before : null;
    }

    @Override
    public boolean bound() {
        return before != null;
    }

    @Override
    public Upstream bind(Upstream upstream, String memberId, long nanos) {
        if (memberId.equals(before) || !table.move(key, before, memberId, nanos)) {
            return upstream;
        }
        return upstream.with((request, next) -> {
            boolean answered = false;
            try {
                var response = next.handle(request);
                answered = true;
                return response;
            } finally {
                if (!answered) {
                    table.move(key, memberId, before, request.exchange().time().nanos());
                }
            }
        });
    }

    @Override
    public String toString() {
        return before == null ? "new key" : "key of " + before + (there ? "" : ", which is gone");
    }
}
