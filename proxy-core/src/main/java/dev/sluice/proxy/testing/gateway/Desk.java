package dev.sluice.proxy.testing.gateway;

import java.util.Map;

/**
 * Where requests get their answers, whether they come through a socket or not: notes them, finds the stub, and keeps what
 * the test must hear of. Safe for use by many threads.
 */
final class Desk {
    final Stubs stubs = new Stubs();
    final Received received = new Received();
    final Problems problems = new Problems();
    private volatile boolean unmatchedAllowed;

    void allowUnmatched() {
        unmatchedAllowed = true;
    }

    void reset() {
        stubs.clear();
        received.clear();
    }

    /**
     * Begins a part of the test, which has its own stubs, received requests and problems.
     *
     * @return ends it
     */
    Runnable begin() {
        Runnable stubsBefore = stubs.mark();
        Runnable receivedBefore = received.mark();
        Problems.Part part = problems.begin();
        boolean allowedBefore = unmatchedAllowed;
        return () -> {
            stubsBefore.run();
            receivedBefore.run();
            unmatchedAllowed = allowedBefore;
            part.end();
        };
    }

    /** The answer to a request, which is now received. */
    Reply reply(ReceivedRequest request) {
        if (request.malformed() != null) {
            received.add(request);
            return Reply.text(400, request.malformed());
        }
        Stub stub = stubs.find(request);
        if (stub != null) {
            ReceivedRequest matched =
                    request.answeredBy(stub.toString(), stub.match().variables(request));
            received.add(matched);
            return answered(stub.next(matched), matched);
        }
        Answer otherwise = stubs.otherwise();
        if (otherwise != null) {
            ReceivedRequest matched = request.answeredBy("otherwise", Map.of());
            received.add(matched);
            return answered(otherwise, matched);
        }
        received.add(request);
        String report = Report.unmatched(request, stubs.all());
        if (!unmatchedAllowed) {
            problems.add(report);
        }
        return Reply.text(404, report);
    }

    private Reply answered(Answer answer, ReceivedRequest request) {
        try {
            Reply reply = answer.reply(request);
            requireReachable(reply, request);
            return reply;
        } catch (Exception | AssertionError fault) {
            problems.add("the answer to " + request + " failed", fault);
            return Reply.text(500, "the answer failed: " + fault);
        }
    }

    /** A fault behind the end of a body would never happen, and the test would pass without it. */
    private static void requireReachable(Reply reply, ReceivedRequest request) {
        Fault fault = reply.fault();
        long length = reply.content().length();
        if (fault != null && fault.place() == Fault.Place.BODY && length >= 0 && fault.at() > length) {
            throw new IllegalStateException(
                    fault + " comes behind the body of " + length + " bytes that answers " + request);
        }
    }
}
