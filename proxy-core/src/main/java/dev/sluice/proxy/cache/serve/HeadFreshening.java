package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;

/** What an answer to HEAD says of the stored answer to GET (RFC 9111 §4.3.5). */
final class HeadFreshening {
    private final CacheCore core;
    private final CacheRequest asked;

    HeadFreshening(CacheCore core, CacheRequest asked) {
        this.core = core;
        this.asked = asked;
    }

    /** Updates what is stored, or makes it stale; neither, if it says nothing about what others get. */
    void apply(Fetched fetched, CacheRequest.Sent sent) {
        if (fetched.response().status() != 200) {
            return;
        }
        Fill fill = core.fills.standIn(asked.key(), "HEAD");
        if (fill == null) {
            return;
        }
        try {
            for (StoredResponse stored : core.find(asked.key())) {
                if (stored.head().variant().equals(asked.variant(stored.head().selecting()))) {
                    apply(fill, stored, fetched, sent);
                }
            }
        } finally {
            core.fills.ended(asked.key(), fill);
        }
    }

    private void apply(Fill fill, StoredResponse stored, Fetched fetched, CacheRequest.Sent sent) {
        StoredHead head = stored.head();
        Headers received = fetched.response().headers();
        // What is stale stays so: it may have been purged softly after the request was sent.
        StoredHead updated = asked.updated(head, received, sent).build();
        Storable storable = asked.updatable(updated, fetched);
        if (storable.isOfClient()) {
            return;
        }
        boolean same = Validation.isConfirmedByHead(200, received, head, stored.length());
        StoredHead now = same && storable.isYes()
                ? updated
                : head.toBuilder().stale(true).build();
        new Storing(core, fill, now).update(stored);
    }
}
