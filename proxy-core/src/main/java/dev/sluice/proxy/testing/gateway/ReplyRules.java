package dev.sluice.proxy.testing.gateway;

import org.jspecify.annotations.Nullable;

/** What the parts of an answer must be together; what would silently not happen is refused. Pure functions. */
final class ReplyRules {
    private ReplyRules() {}

    /**
     * Checks an answer.
     *
     * @throws IllegalStateException if it cannot be sent as the test has said
     */
    static void check(Reply reply, ReceivedRequest request) {
        checkWebSocket(reply);
        checkBody(reply);
        checkFault(reply, request);
    }

    private static void checkWebSocket(Reply reply) {
        if (reply.script() != null
                && (reply.content().length() != 0
                        || !reply.trailers().isEmpty()
                        || reply.hold() != null
                        || reply.rate() > 0)) {
            throw new IllegalStateException("a WebSocket has no body, and so no trailers, rate or bodyAfter:"
                    + " its script says what is sent, and when");
        }
    }

    private static void checkBody(Reply reply) {
        long length = reply.content().length();
        boolean bodiless = reply.status() == 204 || reply.status() == 304;
        if (bodiless && length != 0) {
            throw new IllegalStateException(
                    "status " + reply.status() + " has no body (RFC 9110 §6.4.1), but the answer has "
                            + (length < 0 ? "one" : "one of " + length + " bytes"));
        }
        if (bodiless && !reply.trailers().isEmpty()) {
            throw new IllegalStateException(
                    "status " + reply.status() + " has no body, and so no trailers (RFC 9110 §6.4.1)");
        }
        if (!reply.trailers().isEmpty()
                && reply.headers().has("Content-Length")
                && !reply.headers().has("Transfer-Encoding")) {
            throw new IllegalStateException("trailers come behind chunks, but the answer sets Content-Length");
        }
    }

    /** A test would pass without a fault that cannot happen. */
    private static void checkFault(Reply reply, ReceivedRequest request) {
        Fault fault = reply.fault();
        if (fault == null) {
            return;
        }
        ReplyHead head = ReplyHead.of(reply, request);
        String why = fault.kind() == Fault.Kind.STALE
                ? withoutNext(reply, head)
                : unreachable(fault, head, reply.content().length());
        if (why != null) {
            throw new IllegalStateException(fault + " cannot happen to the answer to " + request + ", " + why);
        }
    }

    /** STALE needs another request on the connection. */
    private static @Nullable String withoutNext(Reply reply, ReplyHead head) {
        if (reply.script() != null) {
            return "behind which the connection is a WebSocket";
        }
        if (head.tunnel()) {
            return "behind which the connection is a tunnel";
        }
        return head.keepsOpen() ? null : "behind which the connection ends";
    }

    private static @Nullable String unreachable(Fault fault, ReplyHead head, long length) {
        return switch (fault.kind()) {
            case UNFINISHED_CHUNKS -> head.hasBody() && head.chunked() ? null : "whose body is not in chunks";
            case LENGTH_TOO_LONG -> tellsLength(head) ? null : "whose length is not written by itself";
            case LENGTH_TOO_SHORT ->
                !tellsLength(head)
                        ? "whose length is not written by itself"
                        : length == 0 ? "which has no byte to leave out" : null;
            default ->
                switch (fault.place()) {
                    case HEAD ->
                        fault.at() < head.bytes().length ? null : "whose head has " + head.bytes().length + " bytes";
                    case BODY ->
                        !head.hasBody()
                                ? "which has no body"
                                : length >= 0 && fault.at() >= length + (head.chunked() ? 1 : 0)
                                        ? "whose body is whole with " + length + " bytes"
                                        : null;
                    default -> null;
                };
        };
    }

    private static boolean tellsLength(ReplyHead head) {
        return head.hasBody() && head.lengthByItself();
    }
}
