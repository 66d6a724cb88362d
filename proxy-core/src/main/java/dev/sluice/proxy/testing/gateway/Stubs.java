package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /**
     * The stub for a request, or null.
     *
     * @param bodyBytes so many have come, or {@link Stub#WHOLE}
     * @param asked those that were asked before, and then those that are asked now
     */
    @Nullable
    Stub find(ReceivedRequest request, int bodyBytes, Set<Stub> asked) {
        // A match may be a function of the test, so no lock is held for it.
        List<Stub> now = all();
        for (int i = now.size() - 1; i >= 0; i--) {
            Stub stub = now.get(i);
            if (stub.hasAnswer()
                    && stub.bodyBytes() <= bodyBytes
                    && asked.add(stub)
                    && stub.match().matches(request)) {
                return stub;
            }
        }
        return null;
    }

    /** After how many bytes of the body, more than {@code before}, the next stubs are asked. */
    int nextBodyBytes(int before) {
        return all().stream()
                .filter(Stub::hasAnswer)
                .mapToInt(Stub::bodyBytes)
                .filter(each -> each > before)
                .min()
                .orElse(Stub.WHOLE);
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
