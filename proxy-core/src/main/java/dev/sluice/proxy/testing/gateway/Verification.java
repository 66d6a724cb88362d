package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a gateway received with what a test expects. Each method throws an AssertionError that shows both. Safe
 * for use by many threads.
 */
final class Verification {
    private final StubServer stubServer;

    Verification(StubServer stubServer) {
        this.stubServer = stubServer;
    }

    ReceivedRequest next(Duration timeout) {
        Require.notNegative("timeout", timeout);
        try {
            ReceivedRequest next = stubServer.received.take(timeout);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException interrupt) {
            throw interrupted("another request", interrupt);
        }
        throw new AssertionError(
                "no other request within " + timeout.toMillis() + " ms\n" + Report.all(stubServer.received.all()));
    }

    private AssertionError interrupted(String expected, InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new AssertionError(
                "interrupted while waiting for " + expected + "\n" + Report.all(stubServer.received.all()), interrupt);
    }

    List<ReceivedRequest> await(int times, RequestMatch match, Duration timeout) {
        Require.positive("times", times);
        Require.notNegative("timeout", timeout);
        List<ReceivedRequest> found;
        try {
            found = stubServer.received.await(times, match, timeout);
        } catch (InterruptedException interrupt) {
            throw interrupted(atLeast(times) + " of " + match, interrupt);
        }
        return require(found.size() >= times, atLeast(times), match, found);
    }

    void atLeast(int times, RequestMatch match) {
        Require.positive("times", times);
        List<ReceivedRequest> found = stubServer.received.all(match);
        require(found.size() >= times, atLeast(times), match, found);
    }

    void exactly(int times, RequestMatch match) {
        Require.notNegative("times", times);
        List<ReceivedRequest> found = stubServer.received.all(match);
        require(found.size() == times, times == 0 ? "no request" : requests(times), match, found);
    }

    private static String atLeast(int times) {
        return times == 1 ? "a request" : "at least " + requests(times);
    }

    private static String requests(int times) {
        return times == 1 ? "1 request" : times + " requests";
    }

    private List<ReceivedRequest> require(
            boolean holds, String expected, RequestMatch match, List<ReceivedRequest> found) {
        if (!holds) {
            throw new AssertionError(Report.count(expected, match, found, stubServer.received.all()));
        }
        stubServer.received.verified(found);
        return found;
    }

    void order(List<RequestMatch> matches) {
        List<ReceivedRequest> all = stubServer.received.all();
        List<ReceivedRequest> found = new ArrayList<>();
        int from = 0;
        for (RequestMatch match : matches) {
            ReceivedRequest next = first(all.subList(from, all.size()), match);
            if (next == null) {
                throw new AssertionError(Report.order(matches, found, all));
            }
            found.add(next);
            from = all.indexOf(next) + 1;
        }
        stubServer.received.verified(found);
    }

    private static @Nullable ReceivedRequest first(List<ReceivedRequest> all, RequestMatch match) {
        return all.stream().filter(match::matches).findFirst().orElse(null);
    }

    void noMore() {
        List<ReceivedRequest> more = stubServer.received.unverified();
        if (!more.isEmpty()) {
            throw new AssertionError(Report.more(more, stubServer.received.all()));
        }
    }

    void used() {
        List<Stub> unused =
                stubServer.stubs.all().stream().filter(stub -> !stub.isUsed()).toList();
        if (!unused.isEmpty()) {
            throw new AssertionError(Report.unused(unused, stubServer.received.all()));
        }
    }
}
