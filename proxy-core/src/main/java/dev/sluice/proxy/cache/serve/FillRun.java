package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.cache.field.EntityTags;
import dev.sluice.proxy.cache.rule.Statuses;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.StoredFields;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Fill} does: it asks the origin, decides whether the response is stored, and stores it. */
final class FillRun implements Fill.FillWork {
    /** Why a response is not stored that the store has no room for. */
    static final String NO_ROOM = "no room";

    private static final int PIECE = 16 * 1024;
    private static final int NOT_MODIFIED = 304;

    /** Each request that gets what is stale would else ask an origin that fails. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;
    private final OriginFetch origin;
    private final @Nullable StoredResponse replaced;
    private final @Nullable Exchange leader;
    private final boolean asIs;
    /** Whether the store has what it needs; on the thread of the fill alone. */
    private boolean done;

    /**
     * A run for one request.
     *
     * @param found what is stored
     * @param leader the exchange that gets the response, whatever it is; null for none
     * @param asIs whether the request goes as it is, for a part, and not for the whole
     */
    FillRun(
            CacheCore core,
            CacheSetup setup,
            CacheRequest asked,
            OriginFetch origin,
            Found found,
            @Nullable Exchange leader,
            boolean asIs) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
        this.origin = origin;
        this.replaced = found.response();
        this.leader = leader;
        this.asIs = asIs;
    }

    @Override
    public void run(Fill fill, Exchange scope) throws IOException, InterruptedException {
        try {
            ProxyRequest request = asIs ? asked.partToOrigin(scope) : asked.toOrigin(heads(), leader != null, scope);
            long stamp = core.purges.last();
            Instant requestAt = scope.time().now();
            Fetched fetched = fetch(request, scope);
            decide(
                    fill,
                    scope,
                    fetched,
                    new CacheRequest.Sent(stamp, requestAt, scope.time().now()));
        } finally {
            if (leader == null && !done) {
                core.notRefreshed.add(asked.passKey(), scope.time().deadline(PAUSE), "refresh failed");
            }
            core.fills.ended(asked.key(), fill);
        }
    }

    /** The client's record shows the attempts as its own, also if they fail. */
    private Fetched fetch(ProxyRequest request, Exchange scope) throws IOException, InterruptedException {
        try {
            return origin.fetch(request);
        } finally {
            if (leader != null) {
                leader.notes().answeredBy(scope.record());
            }
        }
    }

    private void decide(Fill fill, Exchange scope, Fetched fetched, CacheRequest.Sent sent)
            throws IOException, InterruptedException {
        ProxyResponse response = fetched.response();
        StoredResponse asksAbout = validated();
        if (response.status() == NOT_MODIFIED && asksAbout != null) {
            confirm(fill, asksAbout, fetched, sent);
            scope.end(Outcome.COMPLETED);
            return;
        }
        Storable storable = asIs ? asked.storableAsIs(fetched, sent) : asked.storable(fetched, sent);
        if (!storable.isYes()) {
            alone(fill, fetched, storable.reason());
            return;
        }
        StoredHead head = asked.head(fetched, sent);
        Writing writing;
        try {
            writing = core.store.write(head, response.body().length());
        } catch (IOException | RuntimeException cause) {
            core.failed("store a response", cause);
            alone(fill, fetched, "the store fails");
            return;
        }
        if (writing == null) {
            alone(fill, fetched, NO_ROOM);
            return;
        }
        FillBytes bytes = new FillBytes(
                scope.time(),
                writing,
                cause -> core.failed("store a response", cause),
                fill::unneeded,
                // Nobody can join it any more, and a slow reader must not keep a place of those that are stored.
                () -> core.fills.ended(asked.key(), fill));
        StoredBody own = leader == null ? null : reader(bytes, leader);
        core.passes.remove(asked.passKey());
        fill.settle(new FillHead.Shared(fetched, head, response.body().length(), bytes, own));
        store(fill, scope, response, head, bytes);
    }

    /** A reader that is closed also if its exchange ends, or has ended, without the response. */
    private static @Nullable StoredBody reader(FillBytes bytes, Exchange leader) {
        StoredBody own = bytes.reader(leader);
        if (own != null) {
            leader.onEnd(outcome -> own.close());
        }
        return own;
    }

    /** The response is for the leader alone. If the origin is well, what was stored for the request is out of date. */
    private void alone(Fill fill, Fetched fetched, String why) {
        // Or one client could keep all others from the cache, by requests that it makes a mistake in.
        if (!asIs
                && !Statuses.isOfRequest(fetched.response().status())
                && !asked.wish().noStore()) {
            pass(why);
        }
        if (replaced != null && !asked.isForItself(fetched)) {
            core.remove(replaced);
        }
        fill.settle(new FillHead.Alone(fetched, why));
    }

    /** For a while, requests for it do not wait for each other. */
    private void pass(String why) {
        TimeSource time = asked.request().exchange().time();
        core.passes.add(asked.passKey(), time.deadline(setup.passFor()), why);
    }

    /**
     * What the origin is asked to confirm. Never another variant, though RFC 9111 §4.1 allows it: many servers give the
     * tags of variants that differ in their coding alone (nginx with gzip) as if they were the same, and so the client
     * would never get the one that it asks for.
     */
    private @Nullable StoredResponse validated() {
        return asIs ? null : replaced;
    }

    private List<StoredHead> heads() {
        StoredResponse asksAbout = validated();
        return asksAbout == null ? List.of() : List.of(asksAbout.head());
    }

    /** Reads the body into the store. If it breaks off, nobody finds it, and those who read it get the failure. */
    private void store(Fill fill, Exchange scope, ProxyResponse response, StoredHead head, FillBytes bytes) {
        ProxyException failure;
        try {
            if (copy(response.body(), bytes, scope)) {
                complete(fill, head, bytes);
                scope.end(Outcome.COMPLETED);
                return;
            }
            failure = new ProxyException(Outcome.ABANDONED, Delivery.ANSWERED, "nobody needs the rest");
        } catch (IOException | InterruptedException | RuntimeException | Error cause) {
            failure = brokenOff(cause);
        }
        bytes.fail(failure);
        scope.end(failure.outcome());
    }

    private static ProxyException brokenOff(Throwable cause) {
        return cause instanceof ProxyException || cause instanceof InterruptedException
                ? ProxyException.of(cause)
                : new ProxyException(Outcome.BODY_FAILED, Delivery.ANSWERED, "filling the cache failed", cause);
    }

    private void complete(Fill fill, StoredHead head, FillBytes bytes) {
        if (new Storing(core, fill, head).commit(bytes::commit)) {
            core.counts.stored();
            dropOutdone(head);
        }
        // Before nobody can join it any more: who is late then knows that he must look into the store again.
        core.fills.ended(asked.key(), fill);
        bytes.complete();
        done = true;
    }

    /**
     * What was stored before is dropped if requests would still get it instead of what replaces it (RFC 9111 §4.3.3): it
     * has a {@code Vary} or a later {@code Date}, and would be asked about in vain each time.
     */
    private void dropOutdone(StoredHead head) {
        if (replaced != null
                && !replaced.head().variant().equals(head.variant())
                && asked.selects(List.of(head, replaced.head())) != head) {
            core.remove(replaced);
        }
    }

    /** Returns whether all of it was copied. */
    private boolean copy(Body body, FillBytes bytes, Exchange scope) throws IOException, InterruptedException {
        if (body.length() == 0) {
            return true;
        }
        InputStream in = body.open();
        long copied = 0;
        byte[] piece = new byte[body.length() < 0 ? PIECE : (int) Math.min(PIECE, body.length())];
        while (true) {
            int n = in.read(piece);
            if (n < 0) {
                requireWhole(body, copied);
                return true;
            }
            copied += n;
            scope.check();
            if (!bytes.write(piece, n, scope)) {
                return false;
            }
            if (bytes.isFull()) {
                pass(NO_ROOM);
                // The readers have that one.
                piece = new byte[PIECE];
            }
        }
    }

    /** A body of a user's upstream may end without a failure, and too early. */
    private static void requireWhole(Body body, long copied) throws ProxyException {
        if (body.length() != Body.UNKNOWN && copied < body.length()) {
            String message = "body of " + body.length() + " bytes has " + copied;
            throw new ProxyException(Outcome.BODY_FAILED, Delivery.ANSWERED, message);
        }
    }

    /** RFC 9111 §4.3.4: brings what is stored up to date. */
    private void confirm(Fill fill, StoredResponse stored, Fetched fetched, CacheRequest.Sent sent) {
        StoredHead head = stored.head();
        Headers received = fetched.response().headers();
        if (isForClient(head, received)
                || Validation.confirmed(received, List.of(head)).isEmpty()) {
            if (!asked.isForItself(fetched)) {
                // It would be asked about in vain each time.
                core.remove(stored);
            }
            fill.settle(new FillHead.Alone(fetched, "a 304 for nothing that is stored"));
            return;
        }
        Headers newer = setup.compression() == null ? received : CompressedFetch.confirming(received, head);
        StoredHead updated = asked.updated(head, newer, sent)
                .stamp(sent.stamp())
                .stale(false)
                .build();
        FillHead.Confirmed confirmed = update(fill, stored, updated, fetched);
        done = true;
        if (confirmed.isForAll()) {
            core.passes.remove(asked.passKey());
        }
        fill.settle(confirmed);
    }

    /** Returns whether a 304 that does not say for which tag it is may be for one that only the client has. */
    private boolean isForClient(StoredHead stored, Headers received) {
        if (leader == null || received.has("ETag") || received.has("Last-Modified")) {
            return false;
        }
        EntityTag own = EntityTag.of(stored.headers());
        String known = own == null ? "" : own.toString();
        return EntityTags.of(asked.request().headers()).tags().stream()
                .anyMatch(tag -> !tag.toString().equals(known));
    }

    /** Stores it with the new fields, if others may have it with them; else it is gone, or stays as it is. */
    private FillHead.Confirmed update(Fill fill, StoredResponse response, StoredHead head, Fetched fetched) {
        Storable storable = asked.updatable(head, fetched);
        Headers unstored = StoredFields.unstored(fetched.response().headers(), head.headers(), setup.policy());
        if (storable.isYes()) {
            boolean isStored = new Storing(core, fill, head).update(response);
            return new FillHead.Confirmed(head, response, unstored, true, isStored);
        }
        if (!asked.wish().noStore()) {
            pass(storable.reason());
        }
        if (!storable.isOfClient()) {
            core.remove(response);
        }
        return new FillHead.Confirmed(head, response, unstored, false, false);
    }
}
