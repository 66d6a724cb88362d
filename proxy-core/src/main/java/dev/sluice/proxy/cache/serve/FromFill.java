package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredBody;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The answer to one request out of what a fill has got. */
final class FromFill {
    private static final int NOT_MODIFIED = 304;
    private static final int GATEWAY_TIMEOUT = 504;

    private final CacheRequest asked;
    private final FromStore store;
    private final FromOrigin origin;
    private final CacheNotes notes;
    private final Fill fill;
    private final boolean leads;
    private final Found found;
    private final Forward why;

    /**
     * An answer to come.
     *
     * @param joined the fill, and whether this request has begun it
     * @param found what is stored, which may be used if the fill fails
     * @param why it goes to the origin
     */
    FromFill(
            CacheRequest asked,
            FromStore store,
            FromOrigin origin,
            CacheNotes notes,
            Fills.Joined joined,
            Found found,
            Forward why) {
        this.asked = asked;
        this.store = store;
        this.origin = origin;
        this.notes = notes;
        this.fill = joined.fill();
        this.leads = joined.begins();
        this.found = found;
        this.why = why;
    }

    /** The answer; null if what the fill has got is for others, or not there yet. */
    @Nullable
    Fetched of(@Nullable FillHead head) throws IOException, InterruptedException {
        if (head instanceof FillHead.Shared shared) {
            return leads ? own(shared) : other(shared);
        }
        if (head instanceof FillHead.Confirmed confirmed) {
            return confirmed(confirmed);
        }
        if (head instanceof FillHead.Alone alone) {
            return alone(alone);
        }
        return head instanceof FillHead.Failed failed ? failed(failed) : null;
    }

    /** The response to this very request: with all its fields, and as it is. */
    private @Nullable Fetched own(FillHead.Shared shared) throws IOException {
        Fetched fetched = shared.fetched();
        StoredBody reader = shared.own();
        // What is read out of the store has no trailers.
        Headers fields = fetched.response().headers().without("Trailer"::equalsIgnoreCase);
        ProxyResponse answer = new StoredAnswer(asked.request(), shared.head(), fields, shared.length(), now())
                .arriving()
                .with(() -> reader);
        if (reader != null && (answer == null || answer.body().length() == 0)) {
            reader.close();
        }
        return answer == null ? null : notes.stored(fetched.with(fill.marked(answer)), why, shared.head(), false);
    }

    private @Nullable Fetched other(FillHead.Shared shared) throws IOException {
        if (!store.mayUse(shared.head())) {
            return null;
        }
        Exchange exchange = asked.request().exchange();
        ProxyResponse answer = new StoredAnswer(
                        asked.request(), shared.head(), store.aged(shared.head()), shared.length(), now())
                .arriving()
                .with(() -> fill.reader(shared.bytes(), exchange));
        return answer == null
                ? null
                : notes.stored(shared.fetched().with(answer), found.forward(), shared.head(), true);
    }

    private @Nullable Fetched confirmed(FillHead.Confirmed confirmed) {
        if (!leads && !(confirmed.isForAll() && store.mayUse(confirmed.head()))) {
            return null;
        }
        Facts facts = asked.facts(confirmed.head());
        Fetched answer = store.opened(confirmed.response(), confirmed.head(), facts);
        answer = answer == null || !leads ? answer : answer.with(asked(answer.response(), confirmed.unstored()));
        return answer == null
                ? null
                : notes.validated(answer, found.forward(), facts.ttl(now()), confirmed.isStored(), !leads);
    }

    /** The stored response as the request gets it whose validation it was: with what is for that one alone. */
    private ProxyResponse asked(ProxyResponse stored, Headers unstored) {
        Headers fields = stored.headers().without(unstored::has).toBuilder()
                .addAll(unstored)
                .build();
        return fill.marked(stored.toBuilder().headers(fields).build());
    }

    private @Nullable Fetched alone(FillHead.Alone alone) throws IOException, InterruptedException {
        int status = alone.fetched().response().status();
        Fetched stale = Reuse.isFailure(status) ? store.onError(found, !leads, "status " + status) : null;
        if (!leads) {
            return stale;
        }
        Fetched fetched = alone.fetched();
        if (stale != null || !isForClient(fetched.response())) {
            fetched.response().close();
            return stale != null ? stale : origin.direct(why, alone.why());
        }
        return notes.forwarded(fetched.with(fill.marked(fetched.response())), why, alone.why());
    }

    /** A 304 may be about what the client has; and a whole that is not stored is too much for one who asked for a part. */
    private boolean isForClient(ProxyResponse response) {
        if (response.status() == NOT_MODIFIED) {
            return Validation.isOfClient(asked.request().headers(), response.headers());
        }
        return why == Forward.PARTIAL || !asked.isRange() || response.status() != 200;
    }

    private @Nullable Fetched failed(FillHead.Failed failed) throws ProxyException {
        Outcome outcome = failed.why().outcome();
        if (!leads && outcome == Outcome.ABANDONED) {
            return null;
        }
        Fetched stale = store.onError(found, !leads, outcome.toString());
        if (stale == null) {
            throw unreachable(failed.why());
        }
        return stale;
    }

    /** RFC 9111 §5.2.2.2: a 504, if a directive forbids what is stored as long as the origin does not confirm it. */
    private ProxyException unreachable(ProxyException cause) {
        boolean forbidden = found.response() != null && found.facts().isStaleForbidden();
        return forbidden && cause.outcome().blamesUpstream()
                ? ProxyException.refused(
                        cause.outcome(),
                        GATEWAY_TIMEOUT,
                        "what is stored must be validated, and its origin cannot be reached",
                        String.valueOf(cause.getMessage()))
                : cause;
    }

    private Instant now() {
        return asked.request().exchange().time().now();
    }
}
