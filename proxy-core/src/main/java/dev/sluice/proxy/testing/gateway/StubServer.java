package dev.sluice.proxy.testing.gateway;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What is behind a gateway's sockets, and there without them: it notes requests, finds the stub that answers, and keeps
 * what the test must hear of. Safe for use by many threads.
 */
final class StubServer {
    final Stubs stubs = new Stubs();
    final Received received = new Received();
    final Problems problems = new Problems(this::context);
    final ConnectionScript connections;
    final List<FakeWebSocket> webSockets = new CopyOnWriteArrayList<>();
    private volatile boolean unmatchedAllowed;

    /** One for requests that come through a socket, or not. */
    StubServer(boolean socket) {
        this.connections = new ConnectionScript(!socket);
    }

    private String context() {
        boolean dropped = received.all().isEmpty() && received.nextNumber() > 1;
        return dropped ? "Nothing more was received." : Report.all(received.all());
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
     * A request and what it gets.
     *
     * @param request as far as it was waited for, and with what the stub says of it
     */
    record Answered(ReceivedRequest request, Reply reply) {}

    /**
     * The answer to a request, which is then received.
     *
     * @param pacing waits on behalf of the answer
     * @throws IOException if nobody waits for the answer any more
     */
    Answered reply(Arrival arrival, Pacing pacing) throws IOException {
        Found found = find(arrival);
        ReceivedRequest request = found.request();
        Stub stub = found.stub();
        if (stub != null) {
            return stubbed(stub, request, arrival, pacing);
        }
        return request.malformed() == null ? unstubbed(request, pacing) : new Answered(request, malformed(request));
    }

    /** The same; null if somebody else answers it. */
    @Nullable
    Reply replyBefore(Arrival arrival, Pacing pacing) throws IOException {
        Found found = find(arrival);
        ReceivedRequest request = found.request();
        Stub stub = found.stub();
        if (stub != null) {
            return stubbed(stub, request, arrival, pacing).reply();
        }
        if (request.malformed() != null) {
            return malformed(request);
        }
        received.add(request.answeredBy("the recorded handler", Map.of()));
        return null;
    }

    /**
     * A request and its stub.
     *
     * @param stub null without one; then the request is whole
     */
    private record Found(ReceivedRequest request, @Nullable Stub stub) {}

    /** Asks the stubs, each once as much of the request has come as it waits for. */
    private Found find(Arrival arrival) throws IOException {
        Set<Stub> asked = new HashSet<>();
        for (int bytes = -1; ; ) {
            bytes = stubs.nextBodyBytes(bytes);
            ReceivedRequest request = arrival.upTo(bytes, received::nextNumber);
            Stub stub = stubs.find(request, bytes, asked);
            if (stub != null || bytes == Stub.WHOLE) {
                return new Found(request, stub);
            }
        }
    }

    private Answered stubbed(Stub stub, ReceivedRequest request, Arrival arrival, Pacing pacing) {
        ReceivedRequest matched =
                received.add(request.answeredBy(stub.toString(), stub.match().variables(request)));
        arrival.dropRest(matched);
        return new Answered(matched, answered(stub::next, matched, pacing));
    }

    private Reply malformed(ReceivedRequest request) {
        ReceivedRequest numbered = received.add(request);
        if (!unmatchedAllowed && !request.isCut()) {
            problems.add(Report.malformed(numbered));
        }
        return Reply.text(400, String.valueOf(request.malformed()));
    }

    /** The part of a body that the answer did not wait for was no HTTP. */
    void malformedRest(ReceivedRequest request, String why) {
        if (!unmatchedAllowed) {
            problems.add("the rest of " + request + ", behind what the answer waited for, is malformed: " + why);
        }
    }

    private Answered unstubbed(ReceivedRequest request, Pacing pacing) {
        Answer otherwise = stubs.otherwise();
        if (otherwise != null) {
            ReceivedRequest matched = received.add(request.answeredBy("otherwise", Map.of()));
            return new Answered(matched, answered(asked -> otherwise, matched, pacing));
        }
        ReceivedRequest numbered = received.add(request);
        String report = Report.unmatched(numbered, stubs.all());
        if (!unmatchedAllowed) {
            problems.add(report);
        }
        return new Answered(numbered, Reply.text(404, report));
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
