package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.connect.lookup.Lookups;
import dev.sluice.proxy.connect.lookup.Question;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a destination's host, looked up again when the answer is older than the resolve interval: one
 * question at a time, by {@link Lookups}, so that a request that waits for a hanging resolver can still be cancelled. A
 * failure leaves the last good answer in force for another interval. Where there was none, the failure itself is
 * remembered for as long, but not for more than 10 s. Safe for use by many threads.
 */
final class Name {
    /** RFC 2308 §7.1 lets a failure be remembered for five minutes at most; a proxy wants to be back sooner. */
    private static final long FAILURE_NANOS = 10_000_000_000L;

    /** How long a newer answer is awaited where an old one is at hand; the idea of RFC 8767 §5. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    final LastTried lastTried = new LastTried();
    private final Destination destination;
    private final String host;
    private final DialSettings settings;
    private final TimeSource time;
    private final Runnable onChange;
    private final long timeoutNanos;
    private final long resolveIntervalNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Question open;
    private volatile @Nullable Answer answer;
    private volatile @Nullable Throwable failure;
    private volatile long dueNanos;

    /** @param onChange is run after each answer that differs from the one before, without locks */
    Name(Destination destination, DialSettings settings, TimeSource time, Runnable onChange) {
        this.destination = destination;
        this.host = destination.authority().host();
        this.settings = settings;
        this.time = time;
        this.onChange = onChange;
        this.timeoutNanos = Nanos.of(settings.connectTimeout());
        this.resolveIntervalNanos = Nanos.of(settings.resolveInterval());
    }

    /**
     * The last good answer, or null; looks the name up again in the background if it is old. Otherwise costs only a
     * comparison.
     */
    @Nullable
    Answer known(Exchange scope, long nowNanos) {
        Answer known = answer;
        if (known != null && nowNanos >= dueNanos) {
            Question question = question();
            if (!question.begun()) {
                Lookups.SHARED.enter(question, client(scope));
            }
        }
        return known;
    }

    /** The last good answer, or null. */
    @Nullable
    Answer last() {
        return answer;
    }

    /** Returns whether it has something that must not be forgotten: a running question, or a failure. */
    boolean needed(long nowNanos) {
        lock.lock();
        try {
            return (open != null && open.begun()) || remembers(nowNanos);
        } finally {
            lock.unlock();
        }
    }

    private boolean remembers(long nowNanos) {
        return answer == null && failure != null && nowNanos < dueNanos;
    }

    private Object client(Exchange scope) {
        return destination.chosenByClient() ? Lookups.client(scope) : Lookups.CONFIGURATION;
    }

    /**
     * An answer that is not old, or the last good one if no other comes soon.
     *
     * @param deadlineNanos how long to wait for an answer if there is none
     * @throws ProxyException RESOLVE_FAILED, OVERLOADED when too many names are looked up, or the reason for which the
     *     scope was cancelled; NOT_SENT
     */
    Answer current(Exchange scope, long deadlineNanos) throws ProxyException, InterruptedException {
        Answer known = answer;
        long nowNanos = time.nanos();
        if (known != null && nowNanos < dueNanos) {
            return known;
        }
        if (literal()) {
            return Objects.requireNonNull(answer);
        }
        if (remembers(nowNanos)) {
            throw failed(failure);
        }
        Question question = question();
        long patience = known == null ? timeoutNanos : PATIENCE_NANOS;
        if (!question.takes(patience)) {
            await(question, scope, Math.min(deadlineNanos, Nanos.after(nowNanos, patience)));
        }
        Answer current = answer;
        if (current == null) {
            throw question.begun()
                    ? failed(question.failure())
                    : notAsked("others are looked up, and none was done within "
                            + DurationText.of(settings.connectTimeout()));
        }
        return current;
    }

    /** Returns whether the host is an address; then there is an answer that never gets old. */
    private boolean literal() throws ProxyException {
        try {
            InetAddress address = LiteralAddress.of(host);
            if (address != null) {
                dueNanos = TimeSource.NEVER;
                answer = new Answer(List.of(address));
            }
            return address != null;
        } catch (UnknownHostException malformed) {
            throw new ProxyException(Outcome.RESOLVE_FAILED, Delivery.NOT_SENT, host + " is not an address", malformed);
        }
    }

    private ProxyException failed(@Nullable Throwable cause) {
        String why =
                cause == null ? "no answer within " + DurationText.of(settings.connectTimeout()) : cause.toString();
        return new ProxyException(Outcome.RESOLVE_FAILED, Delivery.NOT_SENT, host + " was not resolved: " + why, cause);
    }

    private ProxyException notAsked(String why) {
        return new ProxyException(Outcome.OVERLOADED, Delivery.NOT_SENT, host + " was not looked up: " + why);
    }

    private void await(Question question, Exchange scope, long untilNanos) throws ProxyException, InterruptedException {
        if (!destination.chosenByClient()) {
            awaitAnswer(question, scope, untilNanos);
            return;
        }
        int most = Limits.waiting(scope);
        if (Lookups.SHARED.waits(most)) {
            try {
                awaitAnswer(question, scope, untilNanos);
            } finally {
                Lookups.SHARED.waitsNoMore();
            }
        } else if (answer == null) {
            throw notAsked(most + " exchanges wait for names of clients, their share of limit exchanges");
        }
    }

    private void awaitAnswer(Question question, Exchange scope, long untilNanos)
            throws ProxyException, InterruptedException {
        Lookups.Ticket ticket = Lookups.SHARED.enter(question, client(scope));
        if (ticket == null) {
            if (answer == null) {
                throw notAsked("too many names of this client wait for it");
            }
            return;
        }
        try {
            ScopeWait.await(time, scope, question.done(), untilNanos);
        } finally {
            Lookups.SHARED.leave(ticket);
        }
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled while " + host + " was resolved");
        }
    }

    /** The question that is open, or a new one. */
    private Question question() {
        lock.lock();
        try {
            Question question = open;
            if (question == null) {
                question = new Question(host, settings.resolver()::resolve, time, this::settle);
                open = question;
            }
            return question;
        } finally {
            lock.unlock();
        }
    }

    private void settle(Question question) {
        Answer before = answer;
        Answer now = question.answer();
        if (now != null) {
            lastTried.clear();
            // The same addresses stay the same object, so that connections can compare by identity.
            if (before == null || !now.addresses().equals(before.addresses())) {
                answer = now;
            }
        }
        failure = question.failure();
        long interval = resolveIntervalNanos;
        dueNanos = Nanos.after(time.nanos(), answer == null ? Math.min(interval, FAILURE_NANOS) : interval);
        lock.lock();
        try {
            open = null;
        } finally {
            lock.unlock();
        }
        if (before != null && before != answer) {
            onChange.run();
        }
    }
}
