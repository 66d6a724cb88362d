package dev.sluice.proxy.route;

import dev.sluice.proxy.path.PathSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The path of a route: segments, literal or variable, and perhaps everything below them. A literal segment is kept in
 * normal form, where braces are always escaped; so a segment that begins with a brace is a variable.
 */
final class PathPattern {
    private static final String BELOW = "/**";

    private final String text;
    private final List<String> segments;
    private final boolean below;

    private PathPattern(String text, List<String> segments, boolean below) {
        this.text = text;
        this.segments = segments;
        this.below = below;
    }

    static PathPattern parse(String text) {
        PathText.requireSlash("path", text);
        String end = text.endsWith(BELOW) ? BELOW : text.endsWith("/") ? "/" : "";
        String fixed = text.substring(0, text.length() - end.length());
        List<String> segments = new ArrayList<>();
        for (String segment : PathText.split(fixed)) {
            if (segment.contains("*")) {
                throw new IllegalArgumentException(
                        "path may have * only as /** at its end, and {name} for one segment: \"" + text + "\"");
            }
            if (segment.contains("{") || segment.contains("}")) {
                PathText.requireVariable(segment, segments, text);
                segments.add(segment);
            } else {
                segments.add(PathText.matchable("path", segment, text));
            }
        }
        return new PathPattern(text, List.copyOf(segments), !end.isEmpty());
    }

    static PathPattern exact(String text) {
        List<String> segments = PathText.literals("exactPath", text);
        for (int i = 0; i < segments.size(); i++) {
            // The last one may be empty: it is the slash at the end.
            if (i < segments.size() - 1 || !segments.get(i).isEmpty()) {
                PathText.matchable("exactPath", segments.get(i), text);
            }
        }
        return new PathPattern(text, segments, false);
    }

    /**
     * The variables of {@code path}, which is in normal form, or null when it does not match.
     *
     * @param ignoreCase whether the case of ASCII letters is ignored
     */
    @Nullable
    Map<String, String> match(String path, boolean ignoreCase) {
        if (!path.startsWith("/")) {
            // RFC 9110 §9.3.7: OPTIONS * is about the server, and so about all that is below its root.
            return path.equals("*") && below && segments.isEmpty() ? Map.of() : null;
        }
        Map<String, String> variables = Map.of();
        int slash = 0;
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (slash == path.length()) {
                return null;
            }
            int end = PathSegment.end(path, slash + 1);
            int length = end - slash - 1;
            if (isVariable(segment)) {
                if (length == 0) {
                    return null;
                }
                variables = variables.isEmpty() ? new HashMap<>() : variables;
                variables.put(nameOf(segment), path.substring(slash + 1, end));
            } else if (length != segment.length() || !path.regionMatches(ignoreCase, slash + 1, segment, 0, length)) {
                return null;
            }
            slash = end;
        }
        return below || slash == path.length() ? variables : null;
    }

    /** The names of its variables. */
    Set<String> variables() {
        return segments.stream()
                .filter(PathPattern::isVariable)
                .map(PathPattern::nameOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether it contains an escaped slash or backslash: then these do not separate segments below it. */
    boolean hasEscapedSlashes() {
        return segments.stream().anyMatch(segment -> segment.contains("%2F") || segment.contains("%5C"));
    }

    /**
     * Returns whether every path that matches {@code other} also matches this; names of variables do not count.
     *
     * @param ignoreCase whether the case of ASCII letters is ignored
     */
    boolean covers(PathPattern other, boolean ignoreCase) {
        boolean longEnough = below ? size() <= other.size() : size() == other.size() && !other.below;
        if (!longEnough) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            String own = segments.get(i);
            String others = other.segments.get(i);
            boolean covered = isVariable(own)
                    || (!isVariable(others) && (ignoreCase ? own.equalsIgnoreCase(others) : own.equals(others)));
            if (!covered) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it has no literal segment, and so no letters that are compared. */
    boolean isOpen() {
        return segments.stream().allMatch(PathPattern::isVariable);
    }

    private static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    /** How many segments every path has that matches. */
    int size() {
        return segments.size();
    }

    /** Returns whether every path that matches begins with these literal segments. */
    boolean beginsWith(List<String> literals) {
        return literals.size() <= size() && segments.subList(0, literals.size()).equals(literals);
    }

    /** Returns whether both match the same paths; names of variables do not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern that && below == that.below && shape().equals(that.shape());
    }

    @Override
    public int hashCode() {
        return 2 * shape().hashCode() + (below ? 1 : 0);
    }

    private List<String> shape() {
        return segments.stream()
                .map(segment -> isVariable(segment) ? "{}" : segment)
                .toList();
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return text;
    }

    private static String nameOf(String variable) {
        return variable.substring(1, variable.length() - 1);
    }
}
