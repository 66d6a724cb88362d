package dev.sluice.proxy.path;

import dev.sluice.proxy.ProxyException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ways in which servers may read one path: with empty segments merged or not, with {@code %2F} and {@code %5C} read
 * as slashes or not, and with dot segments resolved after each of these; always without the parameters of segments.
 * Immutable.
 *
 * @param first the path as it is sent on
 * @param merged others, with escaped slashes left as they are
 * @param decoded others, with some or all of them decoded
 */
record PathReadings(String first, List<String> merged, List<String> decoded) {
    /** The readings of a path that all servers read alike. */
    static PathReadings only(String path) {
        return new PathReadings(path, List.of(), List.of());
    }

    /**
     * The readings of a path.
     *
     * @param raw as it was received
     * @param normal in its normal form, which is checked
     */
    static PathReadings of(String raw, String normal) throws ProxyException {
        String first = read(normal, false);
        Set<String> others = new LinkedHashSet<>();
        addAll(others, raw, normal);
        others.remove(first);
        List<String> merged = List.copyOf(others);
        List<String> decoded = List.of();
        boolean slashes = raw.contains("%2f") || raw.contains("%2F");
        boolean backslashes = raw.contains("%5c") || raw.contains("%5C");
        if (slashes || backslashes) {
            Set<String> all = new LinkedHashSet<>();
            if (slashes) {
                addDecoded(all, raw, true, false);
            }
            if (backslashes) {
                addDecoded(all, raw, false, true);
            }
            if (slashes && backslashes) {
                addDecoded(all, raw, true, true);
            }
            all.remove(first);
            all.removeAll(others);
            decoded = List.copyOf(all);
        }
        return new PathReadings(first, merged, decoded);
    }

    /** The readings after the first. */
    List<String> others(boolean literalSlashes) {
        if (literalSlashes || decoded.isEmpty()) {
            return merged;
        }
        List<String> all = new ArrayList<>(merged);
        all.addAll(decoded);
        return all;
    }

    /** The path with empty segments merged, slashes decoded if they are not literal, and dot segments resolved. */
    static String merged(String raw, boolean literalSlashes) {
        return resolve(literalSlashes ? raw : decode(raw, true, true), true, true);
    }

    /** The name of a segment without what follows a semicolon (RFC 3986 §3.3). */
    static String withoutParameters(String segment) {
        int parameter = segment.indexOf(';');
        return parameter < 0 ? segment : segment.substring(0, parameter);
    }

    private static void addDecoded(Set<String> readings, String raw, boolean slashes, boolean backslashes)
            throws ProxyException {
        String decoded = decode(raw, slashes, backslashes);
        addAll(readings, decoded, resolve(decoded, false, true));
    }

    /** A server may merge before it resolves, or after, or merge a path that we have resolved. */
    private static void addAll(Set<String> readings, String raw, String resolved) throws ProxyException {
        readings.add(read(resolved, false));
        readings.add(read(resolved, true));
        readings.add(read(resolve(raw, true, true), false));
    }

    private static String read(String path, boolean merge) throws ProxyException {
        StringBuilder normal = new StringBuilder(path.length());
        String resolved = resolve(path, merge, false);
        for (int from = 1, to; from <= resolved.length(); from = to + 1) {
            to = PathSegment.end(resolved, from);
            normal.append('/').append(PathSegment.normal(resolved.substring(from, to)));
        }
        return normal.toString();
    }

    /**
     * The path without its dot segments, and if {@code merge} without those that are empty, or nothing but parameters.
     */
    private static String resolve(String path, boolean merge, boolean keepParameters) {
        StringBuilder resolved = new StringBuilder(path.length());
        for (int from = 1, to; from <= path.length(); from = to + 1) {
            to = PathSegment.end(path, from);
            String segment = path.substring(from, to);
            String name = withoutParameters(segment);
            boolean last = to == path.length();
            if (name.equals("..")) {
                resolved.setLength(Math.max(resolved.lastIndexOf("/"), 0));
            }
            if (name.equals(".") || name.equals("..") || (merge && name.isEmpty())) {
                resolved.append(last ? "/" : "");
            } else {
                resolved.append('/').append(keepParameters ? segment : name);
            }
        }
        return resolved.toString();
    }

    private static String decode(String path, boolean slashes, boolean backslashes) {
        String decoded = slashes ? path.replace("%2f", "/").replace("%2F", "/") : path;
        return backslashes ? decoded.replace("%5c", "/").replace("%5C", "/") : decoded;
    }
}
