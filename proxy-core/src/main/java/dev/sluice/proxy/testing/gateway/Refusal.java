package dev.sluice.proxy.testing.gateway;

import org.jspecify.annotations.Nullable;

/** A request that an answer cannot answer: with what the client gets instead, and what the test hears of. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Reply reply;
    private final boolean unmatched;

    private Refusal(Reply reply, @Nullable String problem, boolean unmatched, @Nullable Throwable cause) {
        super(problem, cause);
        this.reply = reply;
        this.unmatched = unmatched;
    }

    /** The client gets {@code reply}, and the test hears of {@code problem}. */
    static Refusal of(Reply reply, String problem, @Nullable Throwable cause) {
        return new Refusal(reply, problem, false, cause);
    }

    /** Nobody waits for the answer any more, and the test need not hear of it. */
    static Refusal left() {
        return new Refusal(Reply.of(502), null, false, null);
    }

    /** As for a request that no stub matches: the client gets 404, and the test hears of it unless it allows that. */
    static Refusal unmatched(String problem) {
        return new Refusal(Reply.text(404, problem), problem, true, null);
    }

    Reply reply() {
        return reply;
    }

    /** Whether it counts as a request that nothing matches. */
    boolean unmatched() {
        return unmatched;
    }
}
