package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store has for a request.
 *
 * @param all what is stored under the key, but for parts
 * @param parts what is stored of it in parts
 * @param response the one that the request selects, or null
 * @param known its head, stale if it has been purged softly, and what it says; or null
 * @param reuse whether it may be used
 */
record Found(
        List<StoredResponse> all,
        StoredParts parts,
        @Nullable StoredResponse response,
        @Nullable Known known,
        Reuse reuse) {
    private record Known(StoredHead head, Facts facts) {}

    static Found of(CacheCore core, CacheSetup setup, CacheRequest asked, Instant now) {
        List<StoredResponse> stored = core.find(asked.key());
        List<StoredResponse> all = wholes(stored);
        StoredParts parts = new StoredParts(all.size() == stored.size() ? List.of() : parts(stored), asked, setup);
        StoredResponse response = pick(all, asked);
        if (response == null) {
            return new Found(all, parts, null, null, Reuse.STALE);
        }
        StoredHead head = response.head();
        if (!head.stale() && core.isStale(head)) {
            head = head.toBuilder().stale(true).build();
        }
        Facts facts = setup.facts(head);
        return new Found(all, parts, response, new Known(head, facts), Reuse.of(asked.wish(), facts, now));
    }

    /** The same list if there are no parts, as nearly always. */
    private static List<StoredResponse> wholes(List<StoredResponse> stored) {
        for (StoredResponse each : stored) {
            if (StoredParts.isPart(each)) {
                return stored.stream().filter(one -> !StoredParts.isPart(one)).toList();
            }
        }
        return stored;
    }

    private static List<StoredResponse> parts(List<StoredResponse> stored) {
        return stored.stream().filter(StoredParts::isPart).toList();
    }

    private static @Nullable StoredResponse pick(List<StoredResponse> all, CacheRequest asked) {
        if (all.isEmpty()) {
            return null;
        }
        List<StoredHead> heads = new ArrayList<>(all.size());
        for (StoredResponse each : all) {
            heads.add(each.head());
        }
        StoredHead picked = asked.selects(heads);
        return picked == null ? null : all.get(heads.indexOf(picked));
    }

    /** The same without the response, as its body cannot be read: then a 304 would not help. */
    Found unreadable() {
        List<StoredResponse> others =
                all.stream().filter(each -> !each.equals(response)).toList();
        return new Found(others, parts, null, null, Reuse.STALE);
    }

    StoredResponse required() {
        return Objects.requireNonNull(response);
    }

    StoredHead head() {
        return Objects.requireNonNull(known).head();
    }

    Facts facts() {
        return Objects.requireNonNull(known).facts();
    }

    /** Why the request goes to the origin, if it does. */
    Forward forward() {
        if (response != null) {
            return reuse.isOfClient() ? Forward.REQUEST : Forward.STALE;
        }
        return all.isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    }

    /** The fields that tell variants apart, as far as it is known. */
    List<String> selecting() {
        return all.isEmpty() ? List.of() : all.get(0).head().selecting();
    }
}
