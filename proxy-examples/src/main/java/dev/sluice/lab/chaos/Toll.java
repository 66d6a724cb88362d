package dev.sluice.lab.chaos;

import dev.sluice.lab.chaos.Answer.Verdict;
import dev.sluice.lab.chaos.Tally.Failure;

/** What of a phase cannot be kept from clients. Whatever else fails should not have. */
enum Toll {
    /** Nothing: all that happens can be met before anything is lost. */
    NONE("failed requests of any method"),

    /** A POST that may have been acted on, and a response that has begun and is not held. */
    WHAT_HAD_BEGUN("failed idempotent requests whose response can be held, or had not begun"),

    /** What an origin itself has answered is passed on. */
    ANSWERS_OF_ORIGINS("failed requests of any method, but those that an origin answered with 500");

    /** How the head of an error of an origin begins. The proxy's own are others. */
    static final String ORIGIN_ERROR = "HTTP/1.1 500 ";

    private final String unexpected;

    Toll(String unexpected) {
        this.unexpected = unexpected;
    }

    /** Those that must not be, in words. */
    String unexpected() {
        return unexpected;
    }

    /** Returns whether this one is a part of it. */
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
