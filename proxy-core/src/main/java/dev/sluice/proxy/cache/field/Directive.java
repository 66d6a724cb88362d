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

    /** The fields that are named; null once an occurrence names none, and so is for the whole message. */
    private @Nullable Set<String> names = new LinkedHashSet<>();

    /** An occurrence without argument. */
    void addBare() {
        addNumber(0);
        names = null;
    }

    /** An occurrence whose argument cannot be read: each kind of directive is then read in its strictest way. */
    void addMalformed() {
        bare = false;
        addBare();
    }

    void addArgument(String text) {
        bare = false;
        addNumber(Math.max(0, Seconds.parse(text)));
        addNames(text);
    }

    /** RFC 9111 §4.2.1: the first occurrence counts, or the response is stale. */
    void addNumber(long number) {
        seconds = seconds < 0 || number == 0 ? number : seconds;
    }

    /** A number that no text was written for; for {@code max-age} and its like. */
    void addInteger(long number) {
        bare = false;
        addNumber(number < 0 ? 0 : Math.min(number, Seconds.MAX));
        names = null;
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

    @Nullable
    Set<String> names() {
        return names;
    }
}
