package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.CacheStatus;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what the cache did with one request: in its record, in the counts, and in {@code Cache-Status} if that is on. */
final class CacheNotes {
    private static final int LONGEST_KEY = 256;

    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;

    CacheNotes(CacheCore core, CacheSetup setup, CacheRequest asked) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
    }

    /** It came out of the cache. */
    Fetched hit(Fetched answer, @Nullable Long ttl, boolean collapsed, @Nullable String detail) {
        return noted(answer, new CacheUse(core.name, true, null, 0, ttl, false, collapsed, asked.key(), detail));
    }

    /** There is nothing: the client does not want it from the origin, and the proxy answers itself (RFC 9211 §2). */
    Fetched unsatisfied(Fetched answer) {
        CacheUse use = new CacheUse(core.name, false, null, 0, null, false, false, asked.key(), "only-if-cached");
        asked.request().exchange().notes().cache(use);
        return answer;
    }

    /** It came from the origin, and is not stored. */
    Fetched forwarded(Fetched answer, Forward why, @Nullable String detail) {
        int status = answer.response().status();
        return noted(answer, new CacheUse(core.name, false, why, status, null, false, false, asked.key(), detail));
    }

    /** It came from the origin, for this request or another one, and is being stored. */
    Fetched stored(Fetched answer, Forward why, StoredHead head, boolean collapsed) {
        Instant now = asked.request().exchange().time().now();
        long ttl = setup.facts(head).ttl(now);
        return noted(
                answer, new CacheUse(core.name, false, why, head.status(), ttl, true, collapsed, asked.key(), null));
    }

    /** The origin has said that what is stored is still right; what else it has said is stored too, or is for one client. */
    Fetched validated(Fetched answer, Forward why, long ttl, boolean stored, boolean collapsed) {
        core.counts.confirmed();
        Long left = stored ? ttl : null;
        return noted(answer, new CacheUse(core.name, false, why, 304, left, stored, collapsed, asked.key(), null));
    }

    /** A long one would only fill the head: it is the URL that the client has asked for. */
    private @Nullable String key() {
        return asked.key().length() > LONGEST_KEY ? null : asked.key();
    }

    private Fetched noted(Fetched answer, CacheUse use) {
        asked.request().exchange().notes().cache(use);
        core.counts.used(use, Math.max(0, answer.response().body().length()));
        if (!setup.statusField()) {
            return answer;
        }
        ProxyResponse response = answer.response();
        Forward forward = use.forward();
        String text = CacheStatus.text(
                use.cache(),
                forward == null ? null : forward.text(),
                use.forwardStatus() == response.status() ? 0 : use.forwardStatus(),
                use.ttlSeconds(),
                use.stored(),
                use.collapsed(),
                key(),
                use.detail());
        Headers fields =
                response.headers().toBuilder().add("Cache-Status", text).build();
        return answer.with(response.toBuilder().headers(fields).build());
    }
}
