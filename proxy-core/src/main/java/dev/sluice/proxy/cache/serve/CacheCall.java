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
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.ClientMarks;
import dev.sluice.proxy.syntax.Methods;
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
    private static final int GATEWAY_TIMEOUT = 504;

    private final CacheCore core;
    private final CacheSetup setup;
    private final CacheRequest asked;
    private final ProxyRequest request;
    private final OriginFetch origin;
    private final Exchange exchange;
    private final CacheNotes notes;
    private final FromStore store;
    private final FromOrigin passedOn;
    /** How many fills had ended when it looked into the store. */
    private long endings;
    /** Whether it waits for no response of which it is not known yet whether it may have it. */
    private boolean alone;
    /** How long it waits for others at most, in all; negative before it waits. */
    private long until = -1;

    CacheCall(CacheCore core, CacheSetup setup, CacheRequest asked, OriginFetch origin) {
        this.core = core;
        this.setup = setup;
        this.asked = asked;
        this.request = asked.request();
        this.origin = origin;
        this.exchange = request.exchange();
        this.notes = new CacheNotes(core, setup, asked);
        this.store = new FromStore(core, setup, asked, notes);
        this.passedOn = new FromOrigin(core, asked, origin, notes);
    }

    /** The response. */
    Fetched answer() throws IOException, InterruptedException {
        Forward bypass = bypass();
        if (bypass != null) {
            return passedOn.direct(bypass, null);
        }
        boolean waited = false;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Found found = look();
            Fetched answer = null;
            if (found.reuse().isUsable()) {
                answer = stored(found, waited);
                found = answer == null ? found.unreadable() : found;
            }
            answer = answer == null && found.response() == null ? store.part(found) : answer;
            if (answer != null) {
                return answer;
            }
            if (asked.wish().onlyIfCached()) {
                return unsatisfied();
            }
            boolean part = asked.isRange() && found.response() == null;
            alone = alone || waitsInVain(found);
            if (request.method().equals("HEAD") || (found.response() == null && isPassed())) {
                return passedOn.direct(part ? Forward.PARTIAL : found.forward(), null);
            }
            answer = filled(found, part && isFirst());
            if (answer != null) {
                return answer;
            }
            waited = true;
        }
        return passedOn.direct(Forward.MISS, "the responses that it waited for are for others");
    }

    private Found look() {
        endings = core.fills.endings();
        return Found.of(core, setup, asked, now());
    }

    /** Why the request goes past the cache, or null. */
    private @Nullable Forward bypass() {
        if (!Methods.isRead(request.method())) {
            return Forward.METHOD;
        }
        boolean plain = request.body().length() == 0 && request.upgrade() == null;
        if (!plain || asked.isBypassed()) {
            return Forward.BYPASS;
        }
        return Conditions.areForOrigin(request.headers()) ? Forward.REQUEST : null;
    }

    /**
     * Returns whether it would wait for a validation, or an answer, that counts for another request alone (RFC 9111
     * §5.2.1.5, §5.2.2.2, §5.2.2.4): then all go at once, and not one after the other.
     */
    private boolean waitsInVain(Found found) {
        if (found.response() == null) {
            return asked.wish().noStore();
        }
        // If the origin fails, those who may have what is stale get it all together.
        boolean passed = isPassed() && !Reuse.mayServeOnError(asked.wish(), found.facts(), now());
        return passed || asked.wish().noStore() || found.facts().isForEachAlone();
    }

    private boolean isPassed() {
        return core.passes.has(asked.passKey(), nanos());
    }

    /** Returns whether nobody has asked for a part of it lately: then it is not worth while to get the whole. */
    private boolean isFirst() {
        boolean first = !core.rangesAsked.has(asked.passKey(), nanos());
        core.rangesAsked.add(asked.passKey(), exchange.time().deadline(RANGE_REMEMBERED), "part");
        return first;
    }

    /** RFC 9111 §5.2.1.7. */
    private Fetched unsatisfied() {
        ProxyResponse page = ProxyResponse.of(GATEWAY_TIMEOUT, "nothing that may be used is stored\n");
        return notes.unsatisfied(new Fetched(page, new StoredHead.Origin("http", null, ""), Headers.empty()));
    }

    /** What is stored, as an answer; null if its body cannot be read any more. */
    private @Nullable Fetched stored(Found found, boolean collapsed) {
        Fetched answer = store.hit(found, collapsed, null);
        // What a client with no-store brings is not stored, and must not keep others from a refresh for a while.
        if (answer != null && found.reuse().needsRefresh() && !asked.wish().noStore()) {
            refresh(found);
        }
        return answer;
    }

    /** Gets a new response in the background, unless that is being done, or has just failed. */
    private void refresh(Found found) {
        if (core.notRefreshed.has(asked.passKey(), nanos())) {
            return;
        }
        Fills.Joined joined = join(asked.toRefresh(), found, null, false);
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
            return passedOn.direct(Forward.PARTIAL, "too many parts are stored");
        }
        Fills.Joined joined = join(asked, found, exchange, asIs);
        if (joined == null) {
            return passedOn.direct(found.forward(), "too many responses are being stored");
        }
        Found meanwhile = storedMeanwhile(joined);
        if (meanwhile != null) {
            return stored(meanwhile, true);
        }
        Fill fill = joined.fill();
        if (joined.begins()) {
            begin(fill, exchange);
        }
        Forward why = asIs ? Forward.PARTIAL : found.forward();
        FromFill taking = new FromFill(asked, store, passedOn, notes, joined, found, why);
        Fetched answer = fill.await(exchange, joined.begins() ? TimeSource.NEVER : waitsUntil(), taking::of);
        exchange.check();
        alone = alone || (answer == null && store.isForEachAlone(fill.head()));
        return answer == null && fill.head() == null ? passedOn.direct(found.forward(), "waited for too long") : answer;
    }

    private long waitsUntil() {
        if (until < 0) {
            until = exchange.time().deadline(setup.maxWait());
        }
        return until;
    }

    /**
     * What another fill has stored since this request looked into the store, so that its own is not begun; null if there is
     * nothing.
     */
    private @Nullable Found storedMeanwhile(Fills.Joined joined) {
        if (!joined.begins() || core.fills.endings() == endings) {
            return null;
        }
        Found again = look(joined.fill());
        if (!again.reuse().isUsable() || again.reuse().needsRefresh()) {
            return null;
        }
        core.fills.ended(asked.key(), joined.fill());
        joined.fill().failed(new ProxyException(Outcome.ABANDONED, Delivery.NOT_SENT, "it has been stored meanwhile"));
        return again;
    }

    /** Looks again for one who is to begin a fill; that it fails must not leave a fill that never ends. */
    private Found look(Fill begun) {
        try {
            return look();
        } catch (RuntimeException | Error cause) {
            gaveUp(begun, cause);
            throw cause;
        }
    }

    private void gaveUp(Fill fill, Throwable cause) {
        core.fills.ended(asked.key(), fill);
        fill.failed(ProxyException.of(cause));
    }

    private Fills.@Nullable Joined join(CacheRequest sent, Found found, @Nullable Exchange leader, boolean asIs) {
        List<String> selecting = found.selecting();
        // No request has the variant of one part, so none waits for it.
        Fill.Who who = asIs ? new Fill.Who(List.of(), "part") : new Fill.Who(selecting, who(selecting));
        FillRun run = new FillRun(core, setup, sent, origin, found, leader, asIs);
        return core.fills.join(asked.key(), fill -> !asIs && fits(fill), () -> new Fill(who, run, setup.finishFor()));
    }

    private String who(List<String> selecting) {
        return asked.variant(selecting)
                + (asked.isAuthorized() ? "\nauthorized" : "")
                + (asked.wish().noStore() ? "\nno-store" : "");
    }

    private boolean fits(Fill fill) {
        if (fill.purged() != null || asked.wish().refusesAll()) {
            return false;
        }
        FillHead head = fill.head();
        if (head == null) {
            return !alone && fill.who().variant().equals(who(fill.who().selecting()));
        }
        return head instanceof FillHead.Shared shared && shared.bytes().isOpen() && store.mayUse(shared.head());
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
            gaveUp(fill, cause);
        }
    }

    private Instant now() {
        return exchange.time().now();
    }

    private long nanos() {
        return exchange.time().nanos();
    }
}
