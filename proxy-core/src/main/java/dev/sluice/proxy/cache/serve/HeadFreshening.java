package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.rule.StoredFields;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.time.Instant;

/** What an answer to HEAD says of the stored answer to GET (RFC 9111 §4.3.5). */
final class HeadFreshening {
    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;

    HeadFreshening(CacheCore core, CacheSetup setup, CacheRequest asked) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
    }

    /** Updates what is stored, or makes it stale. */
    void apply(Fetched fetched, Instant requestAt, Instant responseAt) {
        if (fetched.response().status() != 200) {
            return;
        }
        for (StoredResponse stored : core.find(asked.key())) {
            if (stored.head().variant().equals(asked.variant(stored.head().selecting()))) {
                apply(stored, fetched.response().headers(), requestAt, responseAt);
            }
        }
    }

    private void apply(StoredResponse stored, Headers received, Instant requestAt, Instant responseAt) {
        StoredHead head = stored.head();
        boolean same = Validation.isConfirmedByHead(200, received, head, stored.length());
        // What is stale stays so: it may have been purged softly after the request was sent.
        StoredHead now = same
                ? head.toBuilder()
                        .headers(StoredFields.updated(head.headers(), received, responseAt, setup.policy()))
                        .requestAt(requestAt)
                        .responseAt(responseAt)
                        .build()
                : head.toBuilder().stale(true).build();
        try {
            core.store.update(stored, now);
        } catch (IOException | RuntimeException cause) {
            core.failed("update a response", cause);
        }
    }
}
