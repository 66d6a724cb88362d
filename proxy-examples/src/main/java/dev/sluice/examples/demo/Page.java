package dev.sluice.examples.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, and what it must get.
 *
 * @param path where it is
 * @param length the length of a right answer's body, or -1 when any is right
 */
record Page(String path, int length) {
    /** What the demo's origins have. */
    static final List<Page> OF_ORIGINS =
            List.of(new Page("/small", Origin.SMALL_BYTES), new Page("/large", Origin.LARGE_BYTES));

    /** What any server has: whatever it answers is right, unless it is an error of the server's. */
    static final List<Page> ANY = List.of(new Page("/", -1));

    /** Tells what is wrong with an answer, or null. */
    @Nullable
    String check(Answer answer) {
        boolean right = length < 0 ? answer.status() < 500 : answer.status() == 200 && answer.length() == length;
        return right ? null : "GET " + path + ": status " + answer.status() + ", " + answer.length() + " bytes";
    }

    /** What a client got: the status, and how long the body was. */
    record Answer(int status, long length) {}
}
