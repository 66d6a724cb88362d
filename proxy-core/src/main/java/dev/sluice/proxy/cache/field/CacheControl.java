package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The directives of a request or a response (RFC 9111 §5.2). Names are compared without case; an argument may be quoted
 * or not. Unknown directives have no effect.
 *
 * <p>What is malformed is read so that nothing is allowed by it: a directive with an argument that cannot be read
 * forbids as it would without one, allows nothing, and as a limit is 0. So it is if a directive comes twice: the first
 * number counts (RFC 9111 §4.2.1), or 0 if one of them is malformed or 0; and it names fields only if all of them do.
 * After a quoted string without end, all directives up to the end of the line count, but allow nothing.
 */
public final class CacheControl {
    private static final CacheControl NONE = new CacheControl(Map.of(), false);

    private final Map<String, Directive> directives;
    private final boolean broken;

    private CacheControl(Map<String, Directive> directives, boolean broken) {
        this.directives = directives;
        this.broken = broken;
    }

    /** Those of the field {@code Cache-Control}. */
    public static CacheControl of(Headers message) {
        return of(message.all("Cache-Control"));
    }

    static CacheControl of(List<String> lines) {
        if (lines.isEmpty()) {
            return NONE;
        }
        Map<String, Directive> directives = new HashMap<>();
        boolean broken = false;
        for (String line : lines) {
            broken |= !new DirectiveLine(line, directives).read();
        }
        return new CacheControl(directives, broken);
    }

    static CacheControl of(Map<String, Directive> directives) {
        return new CacheControl(directives, false);
    }

    /** Returns whether there is no directive. */
    public boolean isEmpty() {
        return directives.isEmpty();
    }

    /** Returns whether a directive that forbids is there, in whatever form. */
    public boolean has(String name) {
        return directives.containsKey(name);
    }

    /** Returns whether a directive that forbids is there for the whole message: it names no fields. */
    public boolean hasWhole(String name) {
        Directive directive = directives.get(name);
        return directive != null && directive.names() == null;
    }

    /** Returns whether a directive that allows something is there, in its right form: without argument. */
    public boolean allows(String name) {
        Directive directive = directives.get(name);
        return directive != null && directive.bare() && !broken;
    }

    /** The fields in lower case that a directive is for; none if it is not there, or is for the whole message. */
    public Set<String> names(String name) {
        Directive directive = directives.get(name);
        Set<String> names = directive == null ? null : directive.names();
        return names == null ? Set.of() : names;
    }

    /**
     * The number of a directive that is a lower bound: {@link Seconds#NONE} if it is not there, {@link Seconds#NEVER} if it
     * is malformed, else the greatest one.
     */
    public long minSeconds(String name) {
        Directive directive = directives.get(name);
        if (directive == null) {
            return Seconds.NONE;
        }
        return broken ? Seconds.NEVER : directive.minSeconds();
    }

    /** A directive's number: {@link Seconds#NONE} if it is not there, 0 if it is malformed, else 0 to 2^31. */
    public long seconds(String name) {
        Directive directive = directives.get(name);
        if (directive == null) {
            return Seconds.NONE;
        }
        return broken ? 0 : directive.seconds();
    }
}
