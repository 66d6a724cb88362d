package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.syntax.Token;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all occurrences of one directive in a message say. It changes only while the message is read. */
final class Directive {
    /** Whether no occurrence has an argument. */
    private boolean bare = true;

    /** The first one's argument as a number; {@link Seconds#NONE} before there is one. */
    private long seconds = Seconds.NONE;

    /** The greatest of all numbers; {@link Seconds#NEVER} once there is none. */
    private long minSeconds = Seconds.NONE;

    /** The fields that are named; null once an occurrence names none, and so is for the whole message. */
    private @Nullable Set<String> names = new LinkedHashSet<>();

    /** An occurrence without argument. */
    void addBare() {
        addNumber(Seconds.NONE);
        names = null;
    }

    /** An occurrence whose argument cannot be read: each kind of directive is then read in its strictest way. */
    void addMalformed() {
        bare = false;
        addBare();
    }

    void addArgument(String text) {
        bare = false;
        addNumber(Seconds.parse(text));
        addNames(text);
    }

    /** An argument that is a number, and not a text. */
    void addInteger(long number) {
        bare = false;
        addNumber(Math.min(number, Seconds.MAX));
        names = null;
    }

    /** RFC 9111 §4.2.1: the first occurrence counts, or the response is stale: also if it is no number, which is below 0. */
    private void addNumber(long number) {
        seconds = seconds < 0 || number <= 0 ? Math.max(0, number) : seconds;
        minSeconds = Math.max(minSeconds, number < 0 ? Seconds.NEVER : number);
    }

    private void addNames(String text) {
        Set<String> found = new LinkedHashSet<>();
        for (String member : text.split(",", -1)) {
            String name = member.strip();
            if (Token.is(name)) {
                found.add(name.toLowerCase(Locale.ROOT));
            } else if (!name.isEmpty()) {
                found.clear();
                break;
            }
        }
        if (found.isEmpty() || names == null) {
            names = null;
        } else {
            names.addAll(found);
        }
    }

    boolean bare() {
        return bare;
    }

    long seconds() {
        return seconds;
    }

    long minSeconds() {
        return minSeconds;
    }

    @Nullable
    Set<String> names() {
        return names;
    }
}
