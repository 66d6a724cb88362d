package dev.sluice.examples.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page that a client requests, and the answer that it must get.
 *
 * @param path the path of the page
 * @param length the length of the right body, or -1 if any length is right
 */
record Page(String path, int length) {
    /** The pages of the demo's origins. */
    static final List<Page> OF_ORIGINS =
            List.of(new Page("/small", Origin.SMALL_BYTES), new Page("/large", Origin.LARGE_BYTES));

    /** A page of any server. Every answer is right, except a server error. */
    static final List<Page> ANY = List.of(new Page("/", -1));

    /** Returns what is wrong with an answer, or null. */
    @Nullable
    String check(Answer answer) {
        boolean right = length < 0 ? answer.status() < 500 : answer.status() == 200 && answer.length() == length;
        return right ? null : "GET " + path + ": status " + answer.status() + ", " + answer.length() + " bytes";
    }

    /** A client's answer: the status, and the length of the body. */
    record Answer(int status, long length) {}
}
