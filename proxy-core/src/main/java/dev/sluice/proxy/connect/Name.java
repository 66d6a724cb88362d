package dev.sluice.proxy.connect;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a destination's host, asked for anew when the answer is older than the resolve interval: one
 * question at a time, on a task of its own, so that whoever waits for a resolver that hangs can still be cancelled. A
 * failure leaves the last good answer in force for another interval. Safe for use by many threads.
 */
final class Name {
    private final String host;
    private final Settings settings;
    private final TimeSource time;
    private final Runnable onChange;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Question open;
    private volatile @Nullable Answer answer;
    private volatile long dueNanos;

    /** @param onChange is run after each answer that differs from the one before, without locks */
    Name(String host, Settings settings, TimeSource time, Runnable onChange) {
        this.host = host;
        this.settings = settings;
        this.time = time;
        this.onChange = onChange;
    }

    /** The last good answer, or null; asks anew beside when it is old. Costs a comparison when it is not. */
    @Nullable
    Answer known(long nowNanos) {
        Answer known = answer;
        if (known != null && nowNanos >= dueNanos) {
            ask();
        }
        return known;
    }

    /** The last good answer, or null. */
    @Nullable
    Answer last() {
        return answer;
    }

    /**
     * An answer that is not old, or the last good one when no other can be had.
     *
     * @throws ProxyException RESOLVE_FAILED, or the reason for which the scope was cancelled; NOT_SENT
     */
    Answer current(Exchange scope) throws ProxyException, InterruptedException {
        Answer known = answer;
        if (known != null && time.nanos() < dueNanos) {
            return known;
        }
        if (!literal()) {
            Question question = ask();
            await(question, scope);
            if (answer == null) {
                throw failure(question);
            }
        }
        return Objects.requireNonNull(answer);
    }

    /** Tells whether the host is an address; then there is an answer that never gets old. */
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

    private ProxyException failure(Question question) {
        Throwable cause = question.failure;
        String why = cause == null ? "no answer within " + settings.connectTimeout() : cause.toString();
        return new ProxyException(Outcome.RESOLVE_FAILED, Delivery.NOT_SENT, host + " was not resolved: " + why, cause);
    }

    private void await(Question question, Exchange scope) throws ProxyException, InterruptedException {
        Signal woken = new Signal();
        Runnable notWhenDone = question.done.whenFired(woken::fire);
        Runnable notAtCancel = scope.onCancel((QuickHook<Outcome>) reason -> woken.fire());
        try {
            time.await(woken, time.deadline(settings.connectTimeout()));
        } finally {
            notAtCancel.run();
            notWhenDone.run();
        }
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled while " + host + " was resolved");
        }
    }

    /** The question that is open, or a new one. */
    private Question ask() {
        Question question;
        lock.lock();
        try {
            if (open != null) {
                return open;
            }
            question = new Question();
            open = question;
        } finally {
            lock.unlock();
        }
        try {
            time.start("resolve", () -> resolve(question));
        } catch (RuntimeException | Error noThread) {
            question.failure = noThread;
            close(question);
        }
        return question;
    }

    private void resolve(Question question) {
        Answer before = answer;
        try {
            Answer now = new Answer(settings.resolver().resolve(host));
            // The same addresses stay the same object, so that connections are told apart from it at a glance.
            if (before == null || !now.addresses().equals(before.addresses())) {
                answer = now;
            }
        } catch (Throwable failure) {
            question.failure = failure;
        }
        close(question);
        if (before != null && before != answer) {
            onChange.run();
        }
    }

    private void close(Question question) {
        long interval = settings.resolveIntervalNanos();
        long now = time.nanos();
        dueNanos = interval >= TimeSource.NEVER - now ? TimeSource.NEVER : now + interval;
        lock.lock();
        try {
            open = null;
        } finally {
            lock.unlock();
        }
        question.done.fire();
    }

    /** One question to the resolver. */
    private static final class Question {
        final Signal done = new Signal();
        volatile @Nullable Throwable failure;
    }
}
