package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.StoredFields;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.time.Duration;
import java.util.List;

/** What an answer to HEAD says of the stored answer to GET (RFC 9111 §4.3.5). */
final class HeadFreshening {
    /** No request has this variant, so none waits for it. */
    private static final Fill.Who NOBODY = new Fill.Who(List.of(), "HEAD");

    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;

    HeadFreshening(CacheCore core, CacheSetup setup, CacheRequest asked) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
    }

    /** Updates what is stored, or makes it stale; neither, if it says nothing about what others get. */
    void apply(Fetched fetched, CacheRequest.Sent sent) {
        if (fetched.response().status() != 200) {
            return;
        }
        // So that purges see it.
        Fills.Joined joined = core.fills.join(asked.key(), fill -> false, HeadFreshening::onItsWay);
        if (joined == null) {
            return;
        }
        try {
            for (StoredResponse stored : core.find(asked.key())) {
                if (stored.head().variant().equals(asked.variant(stored.head().selecting()))) {
                    apply(joined.fill(), stored, fetched, sent);
                }
            }
        } finally {
            core.fills.ended(asked.key(), joined.fill());
        }
    }

    private static Fill onItsWay() {
        return new Fill(NOBODY, (fill, scope) -> {}, Duration.ZERO);
    }

    private void apply(Fill fill, StoredResponse stored, Fetched fetched, CacheRequest.Sent sent) {
        StoredHead head = stored.head();
        Headers received = fetched.response().headers();
        Headers fields = StoredFields.updated(head.headers(), received, sent.responseAt(), setup.policy());
        // What is stale stays so: it may have been purged softly after the request was sent.
        StoredHead updated = head.toBuilder()
                .headers(fields)
                .tags(asked.tags(fields))
                .requestAt(sent.requestAt())
                .responseAt(sent.responseAt())
                .build();
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
