package dev.sluice.proxy.testing.gateway;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What is behind a gateway's sockets, and there without them: it notes requests, finds the stub that answers, and keeps
 * what the test must hear of. Safe for use by many threads.
 */
final class StubServer {
    final Stubs stubs = new Stubs();
    final Received received = new Received();
    final Problems problems = new Problems(() -> Report.all(received.all()));
    final ConnectionScript connections;
    final List<FakeWebSocket> webSockets = new CopyOnWriteArrayList<>();
    private volatile boolean unmatchedAllowed;

    /** One for requests that come through a socket, or not. */
    StubServer(boolean socket) {
        this.connections = new ConnectionScript(!socket);
    }

    void allowUnmatched() {
        unmatchedAllowed = true;
    }

    /** Drops everything but what went wrong so far: a stub without an answer is that too, and would be lost. */
    void reset() {
        unanswering().forEach(problems::add);
        unmatchedAllowed = false;
        stubs.clear();
        received.clear();
        connections.clear();
        webSockets.clear();
    }

    /**
     * Begins a part of the test, which has its own stubs, received requests and problems.
     *
     * @return ends it, and throws an AssertionError if it had problems
     */
    Runnable scope() {
        Runnable stubsBefore = stubs.mark();
        Runnable receivedBefore = received.mark();
        Runnable connectionsBefore = connections.mark();
        List<FakeWebSocket> webSocketsBefore = List.copyOf(webSockets);
        Problems.Part part = problems.begin();
        boolean allowedBefore = unmatchedAllowed;
        return () -> {
            try {
                part.end(unanswering());
            } finally {
                stubsBefore.run();
                receivedBefore.run();
                connectionsBefore.run();
                webSockets.retainAll(webSocketsBefore);
                unmatchedAllowed = allowedBefore;
            }
        };
    }

    /**
     * Requires that nothing went wrong.
     *
     * @throws AssertionError if something has
     */
    void check() {
        problems.check(unanswering());
    }

    private List<String> unanswering() {
        return stubs.all().stream()
                .filter(stub -> !stub.hasAnswer())
                .map(Report::withoutAnswer)
                .toList();
    }

    /**
     * The answer to a request, which is now received.
     *
     * @param pacing waits on behalf of the answer
     */
    Reply reply(ReceivedRequest request, Pacing pacing) {
        String malformed = request.malformed();
        if (malformed != null) {
            received.add(request);
            if (!unmatchedAllowed && !request.isCut()) {
                problems.add(Report.malformed(request));
            }
            return Reply.text(400, malformed);
        }
        Reply stubbed = stubbed(request, pacing);
        if (stubbed != null) {
            return stubbed;
        }
        Answer otherwise = stubs.otherwise();
        if (otherwise != null) {
            ReceivedRequest matched = request.answeredBy("otherwise", Map.of());
            received.add(matched);
            return answered(asked -> otherwise, matched, pacing);
        }
        received.add(request);
        String report = Report.unmatched(request, stubs.all());
        if (!unmatchedAllowed) {
            problems.add(report);
        }
        return Reply.text(404, report);
    }

    /** The answer of a stub to a request, which is then received; null without one. */
    private @Nullable Reply stubbed(ReceivedRequest request, Pacing pacing) {
        Stub stub = stubs.find(request);
        if (stub == null) {
            return null;
        }
        ReceivedRequest matched =
                request.answeredBy(stub.toString(), stub.match().variables(request));
        received.add(matched);
        return answered(stub::next, matched, pacing);
    }

    /** The answer of a stub to a request, which is now received; null if somebody else answers it. */
    @Nullable
    Reply replyBefore(ReceivedRequest request, Pacing pacing) {
        Reply stubbed = stubbed(request, pacing);
        if (stubbed == null) {
            received.add(request.answeredBy("the recorded handler", Map.of()));
        }
        return stubbed;
    }

    private Reply answered(Next next, ReceivedRequest request, Pacing pacing) {
        try {
            Reply reply = next.answer(request).reply(request, pacing);
            ReplyRules.check(reply, request);
            return reply;
        } catch (InterruptedException interrupt) {
            // Whoever waits for the answer gives up.
            Thread.currentThread().interrupt();
            return Reply.text(500, "interrupted");
        } catch (Exception | Error fault) {
            if (fault instanceof Refusal refusal) {
                return refused(refusal);
            }
            problems.add("the answer to " + request + " failed", fault);
            return Reply.text(500, "the answer failed: " + fault);
        }
    }

    private Reply refused(Refusal refusal) {
        String problem = refusal.getMessage();
        if (problem != null && !(refusal.unmatched() && unmatchedAllowed)) {
            problems.told(problem, refusal.getCause());
        }
        return refusal.reply();
    }

    /** Finds the answer to a request. */
    private interface Next {
        Answer answer(ReceivedRequest request);
    }
}
