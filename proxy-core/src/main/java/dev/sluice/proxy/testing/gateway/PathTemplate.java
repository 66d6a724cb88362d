package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.syntax.QueryNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path of a stub: literal segments, variables as {@code {name}}, one segment each, and perhaps {@code /**} at the
 * end for everything below. Segments are compared without their percent-escapes. Immutable.
 */
final class PathTemplate {
    private static final String BELOW = "**";

    private final String text;
    private final List<Segment> segments;
    private final boolean below;

    private PathTemplate(String text, List<Segment> segments, boolean below) {
        this.text = text;
        this.segments = segments;
        this.below = below;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none; the message names it
     */
    static PathTemplate parse(String text) {
        if (isNoPath(text)) {
            return new PathTemplate(text, List.of(), false);
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with a slash: \"" + text + "\"");
        }
        List<String> pieces = split(text);
        int last = pieces.size() - 1;
        boolean below = pieces.get(last).equals(BELOW);
        List<Segment> segments = new ArrayList<>();
        for (String piece : below ? pieces.subList(0, last) : pieces) {
            Segment segment = Segment.parse(piece, text);
            if (segment.variable() && segments.contains(segment)) {
                throw new IllegalArgumentException("path has the variable " + piece + " twice: \"" + text + "\"");
            }
            segments.add(segment);
        }
        return new PathTemplate(text, List.copyOf(segments), below);
    }

    /** The targets of {@code OPTIONS *} and of {@code CONNECT host:port} (RFC 9112 §3.2), which are compared whole. */
    private static boolean isNoPath(String text) {
        return text.equals("*") || (text.indexOf('/') < 0 && text.indexOf(':') > 0);
    }

    /** The variables by name, without escapes; null if {@code path} does not match. */
    @Nullable
    Map<String, String> match(String path) {
        if (isNoPath(text)) {
            return text.equals(path) ? Map.of() : null;
        }
        if (!path.startsWith("/")) {
            return null;
        }
        List<String> actual = split(path);
        if (below ? actual.size() < segments.size() : actual.size() != segments.size()) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment expected = segments.get(i);
            String value = decoded(actual.get(i));
            if (!expected.matches(value)) {
                return null;
            }
            if (expected.variable()) {
                variables.put(expected.text(), value);
            }
        }
        return Map.copyOf(variables);
    }

    /** How far a path is; 0 if it matches. Another segment counts more than one that is missing or too many. */
    int distance(String path) {
        List<String> actual = path.startsWith("/") ? split(path) : List.of();
        int differ = below ? Math.max(0, segments.size() - actual.size()) : Math.abs(segments.size() - actual.size());
        for (int i = 0; i < Math.min(segments.size(), actual.size()); i++) {
            differ += segments.get(i).matches(decoded(actual.get(i))) ? 0 : 2;
        }
        return differ;
    }

    private static List<String> split(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private static String decoded(String segment) {
        // In a path, a plus sign is itself.
        return QueryNames.decode(segment.replace("+", "%2B"));
    }

    @Override
    public String toString() {
        return text;
    }

    /** A literal without escapes, or the name of a variable. */
    private record Segment(String text, boolean variable) {
        boolean matches(String value) {
            return variable ? !value.isEmpty() : text.equals(value);
        }

        static Segment parse(String piece, String path) {
            if (piece.contains("*")) {
                throw new IllegalArgumentException("path may have * only as /** at its end: \"" + path + "\"");
            }
            int open = piece.indexOf('{');
            int close = piece.indexOf('}');
            if (open < 0 && close < 0) {
                return new Segment(decoded(piece), false);
            }
            if (open != 0 || close != piece.length() - 1 || close == 1 || piece.lastIndexOf('{') > 0) {
                throw new IllegalArgumentException(
                        "path must have a variable as a whole segment, as {name}: \"" + path + "\"");
            }
            return new Segment(piece.substring(1, close), true);
        }
    }
}
