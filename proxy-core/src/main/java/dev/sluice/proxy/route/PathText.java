package dev.sluice.proxy.route;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.path.PathSegment;
import dev.sluice.proxy.path.RoutingPath;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user writes for the path of a route, segment by segment: in normal form, or refused with the option's name and
 * the text.
 */
final class PathText {
    private PathText() {}

    /** The segments, in normal form, of a path that has nothing variable. */
    static List<String> literals(String option, String text) {
        requireSlash(option, text);
        List<String> segments = new ArrayList<>();
        for (String segment : split(text)) {
            segments.add(literal(option, segment, text));
        }
        return List.copyOf(segments);
    }

    static void requireSlash(String option, String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(option + " must begin with a slash: \"" + text + "\"");
        }
    }

    /**
     * Refuses what is no variable, or stands before it.
     *
     * @param before the segments before it
     */
    static void requireVariable(String segment, List<String> before, String text) {
        if (!segment.matches("\\{[A-Za-z_][A-Za-z0-9_-]*}")) {
            throw new IllegalArgumentException(
                    "path must have a variable as a whole segment, as {name}: \"" + text + "\"");
        }
        if (before.contains(segment)) {
            throw new IllegalArgumentException("path has the variable " + segment + " twice: \"" + text + "\"");
        }
    }

    /** The segment in normal form; refuses one that no request can have. */
    static String matchable(String option, String segment, String text) {
        if (segment.isEmpty()) {
            throw new IllegalArgumentException(option + " has an empty segment, which servers merge with the next one:"
                    + " a request for it would be refused: \"" + text + "\"");
        }
        if (segment.indexOf(';') >= 0) {
            throw new IllegalArgumentException(
                    option + " has a parameter, and without parameters a request is matched: \"" + text + "\"");
        }
        return literal(option, segment, text);
    }

    private static String literal(String option, String segment, String text) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%' && !PathSegment.isCharacter(c)) {
                throw new IllegalArgumentException(option + " has a character that a path has only percent-encoded, '"
                        + c + "': \"" + text + "\"");
            }
        }
        try {
            RoutingPath normal = RoutingPath.of('/' + segment);
            if (!normal.outgoing().equals(normal.raw())) {
                throw new IllegalArgumentException(option + " has a dot segment: \"" + text + "\"");
            }
            return normal.path().substring(1);
        } catch (ProxyException fault) {
            throw new IllegalArgumentException(option + " has " + fault.getMessage() + ": \"" + text + "\"", fault);
        }
    }

    static String[] split(String path) {
        return path.isEmpty() ? new String[0] : path.substring(1).split("/", -1);
    }
}
