package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stubs of a gateway; the last one that matches answers. Safe for use by many threads. */
final class Stubs {
    private final List<Stub> stubs = new ArrayList<>();
    private @Nullable Answer otherwise;

    synchronized Stub add(RequestMatch match) {
        Stub stub = new Stub(match);
        stubs.add(stub);
        return stub;
    }

    /** Answers what no stub matches. */
    synchronized void otherwise(Answer answer) {
        otherwise = answer;
    }

    /** The stub for a request, or null. */
    @Nullable
    Stub find(ReceivedRequest request) {
        // A match may be a function of the test, so no lock is held for it.
        List<Stub> now = all();
        for (int i = now.size() - 1; i >= 0; i--) {
            Stub stub = now.get(i);
            if (stub.hasAnswer() && stub.match().matches(request)) {
                return stub;
            }
        }
        return null;
    }

    synchronized @Nullable Answer otherwise() {
        return otherwise;
    }

    synchronized List<Stub> all() {
        return List.copyOf(stubs);
    }

    synchronized void clear() {
        stubs.clear();
        otherwise = null;
    }

    /** What there is now, to come back to. */
    synchronized Runnable mark() {
        List<Stub> before = List.copyOf(stubs);
        Answer otherwiseBefore = otherwise;
        return () -> restore(before, otherwiseBefore);
    }

    private synchronized void restore(List<Stub> before, @Nullable Answer otherwiseBefore) {
        stubs.clear();
        stubs.addAll(before);
        otherwise = otherwiseBefore;
    }
}
