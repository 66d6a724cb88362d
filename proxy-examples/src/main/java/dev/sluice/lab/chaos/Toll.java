package dev.sluice.lab.chaos;

import dev.sluice.lab.chaos.Answer.Verdict;
import dev.sluice.lab.chaos.Tally.Failure;

/** The failures of a phase that clients must see. Every other failure is a fault of the proxy. */
enum Toll {
    /** No failure: the proxy can prevent all of them. */
    NONE("failed requests of any method"),

    /** A POST that may have been acted on, or a response that has begun and is not held. */
    WHAT_HAD_BEGUN("failed idempotent requests whose response can be held, or had not begun"),

    /** An error that an origin has answered: it is passed on. */
    ANSWERS_OF_ORIGINS("failed requests of any method, except those that an origin answered with 500");

    /** The start of the head of an origin's error. The proxy's own errors have other statuses. */
    static final String ORIGIN_ERROR = "HTTP/1.1 500 ";

    private final String unexpected;

    Toll(String unexpected) {
        this.unexpected = unexpected;
    }

    /** The failures that must not happen, in words. */
    String unexpected() {
        return unexpected;
    }

    /** Returns whether clients must see this failure. */
    boolean has(Failure failure) {
        Verdict verdict = failure.answer().verdict();
        RequestKind kind = failure.asked().kind();
        if (verdict == Verdict.WRONG) {
            return false;
        }
        return switch (this) {
            case NONE -> false;
            case WHAT_HAD_BEGUN -> kind == RequestKind.POST || (verdict == Verdict.ABORTED && !kind.held());
            case ANSWERS_OF_ORIGINS -> failure.answer().detail().startsWith(ORIGIN_ERROR);
        };
    }
}
