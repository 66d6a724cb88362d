package dev.sluice.proxy.testing.gateway;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where requests get their answers, whether they come through a socket or not: notes them, finds the stub, and keeps what
 * the test must hear of. Safe for use by many threads.
 */
final class Desk {
    final Stubs stubs = new Stubs();
    final Received received = new Received();
    final Problems problems = new Problems();
    final List<FakeWebSocket> webSockets = new CopyOnWriteArrayList<>();
    private volatile boolean unmatchedAllowed;

    void allowUnmatched() {
        unmatchedAllowed = true;
    }

    void reset() {
        stubs.clear();
        received.clear();
        webSockets.clear();
    }

    /**
     * The answer to a request, which is now received.
     *
     * @param pacing waits on behalf of the answer
     */
    Reply reply(ReceivedRequest request, Pacing pacing) {
        if (request.malformed() != null) {
            received.add(request);
            return Reply.text(400, request.malformed());
        }
        Stub stub = stubs.find(request);
        if (stub != null) {
            ReceivedRequest matched =
                    request.answeredBy(stub.toString(), stub.match().variables(request));
            received.add(matched);
            return answered(stub::next, matched, pacing);
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

    private Reply answered(Next next, ReceivedRequest request, Pacing pacing) {
        try {
            Reply reply = next.answer(request).reply(request, pacing);
            requireReachable(reply, request);
            ReplyRules.check(reply);
            return reply;
        } catch (Throwable fault) {
            return instead(fault, request);
        }
    }

    /** What the client gets instead of an answer that failed; the test hears of it. */
    private Reply instead(Throwable fault, ReceivedRequest request) {
        if (fault instanceof Refusal refusal) {
            String problem = refusal.getMessage();
            if (problem != null && !(refusal.unmatched() && unmatchedAllowed)) {
                problems.add(problem, refusal.getCause());
            }
            return refusal.reply();
        }
        if (fault instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        problems.add("the answer to " + request + " failed: " + fault, fault);
        return Reply.text(500, "the answer failed: " + fault);
    }

    /** Finds the answer to a request. */
    private interface Next {
        Answer answer(ReceivedRequest request);
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
