package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Conditions;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.rule.Validation;
import dev.sluice.proxy.cache.serve.CacheRequest.Sent;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.ClientMarks;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers one request, on the thread of its exchange. */
final class CacheCall {
    /** How often a request waits for a response that turns out to be for others, before it goes alone. */
    private static final int MOST_TRIES = 3;

    private static final Duration RANGE_REMEMBERED = Duration.ofMinutes(10);
    private static final int NOT_MODIFIED = 304;
    private static final int GATEWAY_TIMEOUT = 504;

    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;
    private final ProxyRequest request;
    private final OriginFetch origin;
    private final Exchange exchange;
    private final CacheNotes notes;
    /** How many fills had ended when it looked into the store. */
    private long endings;

    CacheCall(CacheCore core, CacheSetup setup, CacheRequest asked, OriginFetch origin) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
        this.request = asked.request();
        this.origin = origin;
        this.exchange = request.exchange();
        this.notes = new CacheNotes(core, setup, asked);
    }

    /** The response. */
    Fetched answer() throws IOException, InterruptedException {
        Forward bypass = bypass();
        if (bypass != null) {
            return direct(bypass, null);
        }
        boolean waited = false;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Found found = look();
            Fetched answer = found.reuse().isUsable() ? stored(found, waited) : null;
            answer = answer == null && found.response() == null ? part(found) : answer;
            if (answer != null) {
                return answer;
            }
            if (asked.wish().onlyIfCached()) {
                return unsatisfied();
            }
            boolean part = asked.isRange() && found.response() == null;
            if (request.method().equals("HEAD") || (found.response() == null && isPassed())) {
                return direct(part ? Forward.PARTIAL : found.forward(), null);
            }
            answer = filled(found, part && isFirst());
            if (answer != null) {
                return answer;
            }
            waited = true;
        }
        return direct(Forward.MISS, "the responses that it waited for are for others");
    }

    private Found look() {
        endings = core.fills.endings();
        return Found.of(core, setup, asked, now());
    }

    /** Why the request goes past the cache, or null. */
    private @Nullable Forward bypass() {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Forward.METHOD;
        }
        boolean plain = request.body().length() == 0 && request.upgrade() == null;
        boolean cookies = setup.bypassCookies() && request.headers().has("Cookie");
        if (!plain || cookies || setup.bypass().test(request)) {
            return Forward.BYPASS;
        }
        return Conditions.areForOrigin(request.headers()) ? Forward.REQUEST : null;
    }

    private boolean isPassed() {
        return core.passes.has(asked.passKey(), nanos());
    }

    /** Returns whether nobody has asked for a part of it lately: then it is not worth while to get the whole. */
    private boolean isFirst() {
        boolean first = !core.rangesAsked.has(asked.passKey(), nanos());
        core.rangesAsked.add(asked.passKey(), exchange.time().deadline(RANGE_REMEMBERED));
        return first;
    }

    /** Sends the request on as it is. */
    private Fetched direct(Forward why, @Nullable String detail) throws IOException, InterruptedException {
        long stamp = core.purges.last();
        Instant requestAt = now();
        Fetched fetched = origin.fetch(request);
        Sent sent = new Sent(stamp, requestAt, now());
        String reason = detail;
        if (isPassed()) {
            Storable storable = asked.storable(fetched, sent);
            if (storable.isYes()) {
                core.passes.remove(asked.passKey());
            } else if (reason == null) {
                reason = storable.reason();
            }
        }
        if (request.method().equals("HEAD")) {
            new HeadFreshening(core, setup, asked).apply(fetched, requestAt, sent.responseAt());
        }
        if (request.method().equals("POST") && asked.storable(fetched, sent).isYes()) {
            StoredHead head = asked.head(fetched, sent);
            fetched = fetched.with(PostStoring.stored(core, head, fetched.response(), exchange));
            return notes.stored(fetched, why, head, false);
        }
        return notes.forwarded(fetched, why, reason);
    }

    /** RFC 9111 §5.2.1.7. */
    private Fetched unsatisfied() {
        ProxyResponse page = ProxyResponse.of(GATEWAY_TIMEOUT, "not stored\n");
        return notes.unsatisfied(new Fetched(page, new StoredHead.Origin("http", null, ""), Headers.empty()));
    }

    /** What is stored, as an answer; null if its body cannot be read any more. */
    private @Nullable Fetched stored(Found found, boolean collapsed) {
        StoredResponse response = found.required();
        Fetched answer = opened(response, found.head(), found.facts());
        if (answer == null) {
            return null;
        }
        if (found.reuse().needsRefresh()) {
            refresh(found);
        }
        return notes.hit(answer, found.facts().ttl(now()), collapsed, null);
    }

    /** An answer out of a stored part; null if none fits, or its body cannot be read any more. */
    private @Nullable Fetched part(Found found) {
        StoredParts.Answer part = found.parts().find(core, now());
        if (part == null) {
            return null;
        }
        Facts facts = setup.facts(part.head());
        try {
            ProxyResponse answer = part.response(aged(part.head(), facts, now()));
            exchange.onEnd(outcome -> answer.close());
            return notes.hit(
                    new Fetched(answer, part.head().origin(), request.headers()), facts.ttl(now()), false, null);
        } catch (IOException | RuntimeException cause) {
            core.failed("open a part", cause);
            core.remove(part.stored());
            return null;
        }
    }

    /** The stored fields with the age (RFC 9111 §5.1). */
    private static Headers aged(StoredHead head, Facts facts, Instant now) {
        return head.headers().toBuilder().set("Age", facts.ageField(now)).build();
    }

    private @Nullable Fetched opened(StoredResponse response, StoredHead head, Facts facts) {
        try {
            Instant now = now();
            Headers fields = aged(head, facts, now);
            ProxyResponse answer = new StoredAnswer(request, head, fields, response.length(), now).with(response::open);
            return answer == null ? null : new Fetched(answer, head.origin(), request.headers());
        } catch (IOException | RuntimeException cause) {
            core.failed("open a response", cause);
            core.remove(response);
            return null;
        }
    }

    /** Gets a new response in the background, unless that is being done. */
    private void refresh(Found found) {
        Fills.Joined joined = join(found, null, false);
        if (joined != null && joined.begins() && storedMeanwhile(joined) == null) {
            begin(joined.fill(), null);
        }
    }

    /**
     * The answer of a fill: a running one that fits, or a new one; null if it turns out to be for others.
     *
     * @param asIs whether only the part is fetched that is asked for
     */
    private @Nullable Fetched filled(Found found, boolean asIs) throws IOException, InterruptedException {
        if (asIs && found.parts().isFull()) {
            return direct(Forward.PARTIAL, "too many parts are stored");
        }
        Fills.Joined joined = join(found, exchange, asIs);
        if (joined == null) {
            return direct(found.forward(), "too many responses are being stored");
        }
        Found meanwhile = storedMeanwhile(joined);
        if (meanwhile != null) {
            return stored(meanwhile, true);
        }
        Fill fill = joined.fill();
        if (joined.begins()) {
            begin(fill, exchange);
        }
        long until = joined.begins() ? TimeSource.NEVER : exchange.time().deadline(setup.maxWait());
        Taking taking = new Taking(joined, found, asIs);
        Fetched answer = fill.await(exchange, until, taking::of);
        exchange.check();
        return answer == null && fill.head() == null ? direct(found.forward(), "waited for too long") : answer;
    }

    /**
     * What another fill has stored since this request looked into the store, so that its own is not begun; null if there is
     * nothing.
     */
    private @Nullable Found storedMeanwhile(Fills.Joined joined) {
        if (!joined.begins() || core.fills.endings() == endings) {
            return null;
        }
        Found again = look();
        if (!again.reuse().isUsable() || again.reuse().needsRefresh()) {
            return null;
        }
        core.fills.ended(asked.key(), joined.fill());
        joined.fill().failed(new ProxyException(Outcome.ABANDONED, Delivery.NOT_SENT, "it has been stored meanwhile"));
        return again;
    }

    private Fills.@Nullable Joined join(Found found, @Nullable Exchange leader, boolean asIs) {
        List<String> selecting = found.selecting();
        // No request has the variant of one part, so none waits for it.
        Fill.Who who = asIs ? new Fill.Who(List.of(), "part") : new Fill.Who(selecting, who(selecting));
        FillRun run = new FillRun(core, setup, asked, origin, found, leader, asIs);
        return core.fills.join(asked.key(), fill -> !asIs && fits(fill), () -> new Fill(who, run, setup.finishFor()));
    }

    private String who(List<String> selecting) {
        return asked.variant(selecting) + (asked.isAuthorized() ? "\nauthorized" : "");
    }

    private boolean fits(Fill fill) {
        if (fill.purged() != null || asked.wish().refusesAll()) {
            return false;
        }
        FillHead head = fill.head();
        if (head == null) {
            return fill.who().variant().equals(who(fill.who().selecting()));
        }
        return head instanceof FillHead.Shared shared && shared.bytes().isOpen() && mayUse(shared.head());
    }

    /** Returns whether a response that another request has got may be used for this one too. */
    private boolean mayUse(StoredHead head) {
        return head.variant().equals(asked.variant(head.selecting()))
                && core.purges.of(head) == null
                && Reuse.of(asked.wish(), setup.facts(head), now()).isUsable();
    }

    private void begin(Fill fill, @Nullable Exchange leader) {
        try {
            Duration total = Timeouts.of(exchange).total();
            Exchange own = leader == null
                    ? exchange.detached("cache refresh", total)
                    : exchange.detached("cache fill", total, leader::interim);
            own.put(ClientMarks.class, new ClientMarks());
            fill.begin(own, leader);
        } catch (RuntimeException | Error cause) {
            core.fills.ended(asked.key(), fill);
            fill.failed(ProxyException.of(cause));
        }
    }

    private Instant now() {
        return exchange.time().now();
    }

    private long nanos() {
        return exchange.time().nanos();
    }

    /** Makes an answer of what a fill has got. */
    private final class Taking {
        private final Fill fill;
        private final boolean leads;
        private final Found found;
        private final Forward why;

        private Taking(Fills.Joined joined, Found found, boolean asIs) {
            this.fill = joined.fill();
            this.leads = joined.begins();
            this.found = found;
            this.why = asIs ? Forward.PARTIAL : found.forward();
        }

        private @Nullable Fetched of(@Nullable FillHead head) throws IOException, InterruptedException {
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
            ProxyResponse answer = new StoredAnswer(
                            request, shared.head(), fetched.response().headers(), shared.length(), now())
                    .arriving()
                    .with(() -> reader);
            if (reader != null && (answer == null || answer.body().length() == 0)) {
                reader.close();
            }
            return answer == null ? null : notes.stored(fetched.with(fill.marked(answer)), why, shared.head(), false);
        }

        private @Nullable Fetched other(FillHead.Shared shared) throws IOException {
            if (!mayUse(shared.head())) {
                return null;
            }
            Instant now = now();
            Headers fields = aged(shared.head(), setup.facts(shared.head()), now);
            ProxyResponse answer = new StoredAnswer(request, shared.head(), fields, shared.length(), now)
                    .arriving()
                    .with(() -> fill.reader(shared.bytes(), exchange));
            return answer == null
                    ? null
                    : notes.stored(shared.fetched().with(answer), found.forward(), shared.head(), true);
        }

        private @Nullable Fetched confirmed(FillHead.Confirmed confirmed) {
            if (!leads && !mayUse(confirmed.head())) {
                return null;
            }
            Facts facts = setup.facts(confirmed.head());
            Fetched answer = opened(confirmed.response(), confirmed.head(), facts);
            return answer == null ? null : notes.validated(answer, found.forward(), facts.ttl(now()), !leads);
        }

        private @Nullable Fetched alone(FillHead.Alone alone) throws IOException, InterruptedException {
            int status = alone.fetched().response().status();
            Fetched stale = Reuse.isFailure(status) ? onError("status " + status) : null;
            if (!leads) {
                return stale;
            }
            Fetched fetched = alone.fetched();
            if (stale != null || !isForClient(fetched.response())) {
                fetched.response().close();
                return stale != null ? stale : direct(why, alone.why());
            }
            return notes.forwarded(fetched.with(fill.marked(fetched.response())), why, alone.why());
        }

        /** A 304 may be about what the client has; and a whole that is not stored is too much for one who asked for a part. */
        private boolean isForClient(ProxyResponse response) {
            if (response.status() == NOT_MODIFIED) {
                return Validation.isOfClient(request.headers(), response.headers());
            }
            return why == Forward.PARTIAL || !asked.isRange() || response.status() != 200;
        }

        private @Nullable Fetched failed(FillHead.Failed failed) throws ProxyException {
            Outcome outcome = failed.why().outcome();
            if (!leads && outcome == Outcome.ABANDONED) {
                return null;
            }
            Fetched stale = onError(outcome.toString());
            if (stale == null) {
                throw unreachable(failed.why());
            }
            return stale;
        }

        /** RFC 9111 §5.2.2.2: a 504, if a directive forbids what is stored as long as the origin does not confirm it. */
        private ProxyException unreachable(ProxyException why) {
            boolean forbidden = found.response() != null && found.facts().isStaleForbidden();
            return forbidden && why.outcome().blamesUpstream()
                    ? ProxyException.refused(
                            why.outcome(),
                            GATEWAY_TIMEOUT,
                            "what is stored must be validated, and its origin cannot be reached",
                            String.valueOf(why.getMessage()))
                    : why;
        }

        /** What is stored, though it is stale, as the origin has failed; null if it may not be used. */
        private @Nullable Fetched onError(String failure) {
            StoredResponse response = found.response();
            if (response == null || !Reuse.mayServeOnError(asked.wish(), found.facts(), now())) {
                return null;
            }
            Fetched answer = opened(response, found.head(), found.facts());
            return answer == null ? null : notes.hit(answer, found.facts().ttl(now()), !leads, failure);
        }
    }
}
