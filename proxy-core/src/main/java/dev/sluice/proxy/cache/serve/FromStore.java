package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Answers to one request out of what is stored. Each is null if its body cannot be read. It stays stored, as the system may
 * only be out of files for a moment; a store drops what is damaged itself.
 */
final class FromStore {
    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;
    private final CacheNotes notes;

    FromStore(CacheCore core, CacheSetup setup, CacheRequest asked, CacheNotes notes) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
        this.notes = notes;
    }

    /**
     * A hit on what has been found.
     *
     * @param detail what else there is to say, or null
     */
    @Nullable
    Fetched hit(Found found, boolean collapsed, @Nullable String detail) {
        Fetched answer = opened(found.required(), found.head(), found.facts());
        return answer == null ? null : notes.hit(answer, found.facts().ttl(now()), collapsed, detail);
    }

    /** The same, if it may be used though it is stale, as the origin has failed; else null. */
    @Nullable
    Fetched onError(Found found, boolean collapsed, String failure) {
        boolean allowed = found.response() != null && Reuse.mayServeOnError(asked.wish(), found.facts(), now());
        return allowed ? hit(found, collapsed, failure) : null;
    }

    /** A hit on a stored part; null also if none fits. */
    @Nullable
    Fetched part(Found found) {
        StoredParts.Answer part = found.parts().find(core, now());
        if (part == null) {
            return null;
        }
        Facts facts = setup.facts(part.head());
        try {
            ProxyRequest request = asked.request();
            ProxyResponse answer = part.response(aged(part.head()));
            request.exchange().onEnd(outcome -> answer.close());
            Fetched fetched = new Fetched(answer, part.head().origin(), request.headers());
            return notes.hit(fetched, facts.ttl(now()), false, null);
        } catch (IOException | RuntimeException cause) {
            core.failed("open a part", cause);
            return null;
        }
    }

    /** An answer with this head, and the body of a stored response. */
    @Nullable
    Fetched opened(StoredResponse response, StoredHead head, Facts facts) {
        try {
            ProxyRequest request = asked.request();
            Instant now = now();
            ProxyResponse answer = new StoredAnswer(request, head, aged(head, facts, now), response.length(), now)
                    .with(response::open);
            return answer == null ? null : new Fetched(answer, head.origin(), request.headers());
        } catch (IOException | RuntimeException cause) {
            core.failed("open a response", cause);
            return null;
        }
    }

    /** The stored fields with the age (RFC 9111 §5.1). */
    Headers aged(StoredHead head) {
        return aged(head, setup.facts(head), now());
    }

    private static Headers aged(StoredHead head, Facts facts, Instant now) {
        return head.headers().toBuilder().set("Age", facts.ageField(now)).build();
    }

    /** Returns whether a response that another request has got may be used for this one too. */
    boolean mayUse(StoredHead head) {
        return isOfRequest(head) && isUsable(head);
    }

    /** Returns whether what another request has got shows that each one has to ask for itself. */
    boolean isForEachAlone(@Nullable FillHead got) {
        if (got instanceof FillHead.Confirmed confirmed) {
            return !confirmed.isForAll() || isForEachAlone(confirmed.head());
        }
        return got instanceof FillHead.Shared shared && isForEachAlone(shared.head());
    }

    private boolean isForEachAlone(StoredHead head) {
        return isOfRequest(head) && !isUsable(head);
    }

    /** Returns whether it is the variant of this request, and has not been purged. */
    private boolean isOfRequest(StoredHead head) {
        return head.variant().equals(asked.variant(head.selecting())) && core.purges.of(head) == null;
    }

    private boolean isUsable(StoredHead head) {
        return Reuse.of(asked.wish(), setup.facts(head), now()).isUsable();
    }

    private Instant now() {
        return asked.request().exchange().time().now();
    }
}
