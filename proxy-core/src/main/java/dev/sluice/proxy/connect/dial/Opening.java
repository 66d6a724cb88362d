package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection to one of the addresses of a name (RFC 8305 §5): one after another. The next one is tried beside
 * if one has not accepted within the delay, and at once if one has failed. The first that accepts is taken, and the
 * others are closed. The connect timeout limits all of this, but not the PROXY header and the TLS handshake after it.
 * If those fail, the remaining addresses are tried while there is time.
 *
 * <p>The calling thread decides and waits. A task connects to each address; the calling thread does so itself if it is
 * the last one and nothing else runs, which is usual.
 */
final class Opening {
    private final Dialler dialler;
    private final @Nullable String serverName;
    private final AddressRule rule;
    private final Exchange scope;
    private final long beginNanos;
    private final long deadlineNanos;
    private final Answer answer;
    private final ArrayDeque<InetAddress> left;
    private final List<Dial> running = new ArrayList<>(2);
    private @Nullable ProxyException last;

    private Opening(
            Dialler dialler,
            @Nullable String serverName,
            AddressRule rule,
            Exchange scope,
            long beginNanos,
            long deadlineNanos,
            Answer answer) {
        this.dialler = dialler;
        this.serverName = serverName;
        this.rule = rule;
        this.scope = scope;
        this.beginNanos = beginNanos;
        this.deadlineNanos = deadlineNanos;
        this.answer = answer;
        this.left = new ArrayDeque<>(dialler.name.lastTried.order(answer.addresses()));
    }

    /**
     * A new connection.
     *
     * @throws ProxyException of the address that failed last, or REFUSED when the rule permits none; NOT_SENT
     */
    static Dialled open(Dialler dialler, @Nullable String serverName, AddressRule rule, Exchange scope)
            throws ProxyException, InterruptedException {
        long beginNanos = dialler.time.nanos();
        long deadlineNanos = dialler.time.deadline(dialler.settings.connectTimeout());
        Answer answer = dialler.name.current(scope, deadlineNanos);
        Opening opening = new Opening(dialler, serverName, rule, scope, beginNanos, deadlineNanos, answer);
        try {
            return opening.open();
        } finally {
            opening.closeRunning();
        }
    }

    private Dialled open() throws ProxyException, InterruptedException {
        while (true) {
            Dial dial = connect();
            closeRunning();
            try {
                return greeted(dial);
            } catch (ProxyException failure) {
                failed(dial, failure);
            }
        }
    }

    private Dialled greeted(Dial dial) throws ProxyException, InterruptedException {
        long acceptedNanos = dialler.time.nanos();
        Dialled dialled = new Dialled(dial.greet(serverName), dial.address(), answer);
        AttemptNotes attempt = scope.attemptNotes();
        if (attempt != null) {
            long handshakeNanos = dialled.wire().tls() == null ? -1 : dialler.time.nanos() - acceptedNanos;
            attempt.connected(acceptedNanos - beginNanos, handshakeNanos);
        }
        return dialled;
    }

    /** The first that accepts; it is taken out of those that run. */
    private Dial connect() throws ProxyException, InterruptedException {
        Dial slow = null;
        while (true) {
            if (beginNext() && slow != null) {
                dialler.name.lastTried.add(slow.address().getAddress());
            }
            if (running.isEmpty()) {
                throw last == null ? nothingTried() : last;
            }
            Dial newest = running.get(running.size() - 1);
            int before = running.size();
            Dial connected = await(left.isEmpty() ? TimeSource.NEVER : delay());
            if (connected != null) {
                running.remove(connected);
                return connected;
            }
            slow = running.size() == before ? newest : null;
        }
    }

    private long delay() {
        return Math.min(deadlineNanos, dialler.time.deadline(dialler.settings.connectionAttemptDelay()));
    }

    /** Begins with the next address that the rule permits; returns false when there is none, or no time left. */
    private boolean beginNext() throws ProxyException, InterruptedException {
        while (!left.isEmpty() && dialler.time.nanos() < deadlineNanos) {
            InetSocketAddress address = new InetSocketAddress(
                    left.removeFirst(), dialler.authority().port());
            if (rule.permits(address)) {
                Dial dial = Dial.of(dialler, address, scope, deadlineNanos);
                running.add(dial);
                begin(dial);
                return true;
            }
        }
        return false;
    }

    private void begin(Dial dial) throws InterruptedException {
        boolean others = !left.isEmpty() || running.size() > 1;
        if (!others || !isStarted(dial)) {
            dial.connect();
            if (Thread.interrupted()) {
                throw interrupted();
            }
        }
    }

    private boolean isStarted(Dial dial) {
        try {
            dialler.time.start("connect", dial::connect);
            return true;
        } catch (RuntimeException | Error noThread) {
            return false;
        }
    }

    /** Waits until one has accepted, which is returned, or all that have settled failed, or the time has come. */
    private @Nullable Dial await(long untilNanos) throws ProxyException, InterruptedException {
        Signal any = new Signal();
        List<Runnable> unhooks = new ArrayList<>(running.size());
        for (Dial each : running) {
            unhooks.add(each.settled.whenFired(any::fire));
        }
        try {
            dialler.time.await(any, untilNanos);
        } finally {
            unhooks.forEach(Runnable::run);
        }
        for (Dial each : List.copyOf(running)) {
            if (each.settled.fired()) {
                ProxyException failure = each.failure();
                if (failure == null) {
                    return each;
                }
                failed(each, failure);
            }
        }
        return null;
    }

    /** Goes on with the others, unless the scope is cancelled. */
    private void failed(Dial dial, ProxyException failure) throws ProxyException {
        running.remove(dial);
        dial.close();
        if (scope.cancelled() != null) {
            throw failure;
        }
        last = failure;
        dialler.name.lastTried.add(dial.address().getAddress());
    }

    /** Those that have not won; they may be tried again if the one that has fails after all. */
    private void closeRunning() {
        for (Dial each : running) {
            each.close();
            left.addLast(each.address().getAddress());
        }
        running.clear();
    }

    private InterruptedException interrupted() {
        return new InterruptedException("interrupted while connecting to " + dialler.authority());
    }

    /** The detail is also for the client; the addresses of the name are only for the log. */
    private ProxyException nothingTried() {
        if (!left.isEmpty()) {
            return new ProxyException(
                    Outcome.CONNECT_TIMEOUT,
                    Delivery.NOT_SENT,
                    dialler.authority() + " was resolved too late to connect to it within "
                            + DurationText.of(dialler.settings.connectTimeout()));
        }
        return ProxyException.refused(
                Outcome.REFUSED,
                "connections to this destination are not allowed",
                "the address rule permits none of the addresses of " + dialler.destination + ": " + answer.addresses());
    }
}
