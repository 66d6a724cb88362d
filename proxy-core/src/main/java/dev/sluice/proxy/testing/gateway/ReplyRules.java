package dev.sluice.proxy.testing.gateway;

/** What the parts of an answer must be together; what would silently not happen is refused. Pure functions. */
final class ReplyRules {
    private ReplyRules() {}

    /**
     * Checks an answer.
     *
     * @throws IllegalStateException if it cannot be sent as the test has said
     */
    static void check(Reply reply) {
        long length = reply.content().length();
        if ((reply.status() == 204 || reply.status() == 304) && length != 0) {
            throw new IllegalStateException(
                    "status " + reply.status() + " has no body (RFC 9110 §6.4.1), but the answer has "
                            + (length < 0 ? "one" : "one of " + length + " bytes"));
        }
        if (!reply.trailers().isEmpty()
                && reply.headers().has("Content-Length")
                && !reply.headers().has("Transfer-Encoding")) {
            throw new IllegalStateException("trailers come behind chunks, but the answer sets Content-Length");
        }
    }
}
