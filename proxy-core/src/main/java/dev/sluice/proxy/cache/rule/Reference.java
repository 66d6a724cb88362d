package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.RequestTarget;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a reference in {@code Location} or {@code Content-Location} stands for (RFC 3986 §5.2). */
final class Reference {
    private Reference() {}

    /** The target that the reference names, seen from {@code base}; null if it is malformed, or not of HTTP. */
    static @Nullable RequestTarget resolve(RequestTarget base, String reference) {
        int hash = reference.indexOf('#');
        String text = hash < 0 ? reference : reference.substring(0, hash);
        try {
            int colon = text.indexOf(':');
            boolean absolute = colon > 0 && text.substring(0, colon).chars().allMatch(Reference::isOfScheme);
            if (absolute) {
                String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
                return text.startsWith("//", colon + 1) ? at(scheme, text.substring(colon + 3)) : null;
            }
            return text.startsWith("//") ? at(base.scheme(), text.substring(2)) : relative(base, text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static boolean isOfScheme(int c) {
        return Character.isLetterOrDigit(c) || c == '+' || c == '-' || c == '.';
    }

    private static RequestTarget at(String scheme, String rest) {
        int end = 0;
        while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        String path = rest.substring(end);
        Authority authority = Authority.parse(rest.substring(0, end));
        return resolved(RequestTarget.of(scheme, authority, path.startsWith("/") ? path : '/' + path));
    }

    private static RequestTarget relative(RequestTarget base, String text) {
        int mark = text.indexOf('?');
        String path = mark < 0 ? text : text.substring(0, mark);
        String query = mark < 0 ? null : text.substring(mark + 1);
        RequestTarget plain = RequestTarget.of(base.scheme(), base.authority(), rooted(base.path()));
        if (path.isEmpty()) {
            return plain.withQuery(mark < 0 ? base.query() : query);
        }
        String folder = plain.path().substring(0, plain.path().lastIndexOf('/') + 1);
        return resolved(
                plain.withPath(path.startsWith("/") ? path : folder + path).withQuery(query));
    }

    /** The path of a target in another form than origin and absolute is not one to begin with. */
    private static String rooted(String path) {
        return path.startsWith("/") ? path : "/";
    }

    /** RFC 3986 §5.2.4. */
    private static RequestTarget resolved(RequestTarget target) {
        if (!target.path().contains("/.")) {
            return target;
        }
        StringBuilder path = new StringBuilder(target.path().length());
        String[] segments = target.path().split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean up = segments[i].equals("..");
            boolean dots = up || segments[i].equals(".");
            if (up) {
                path.setLength(Math.max(path.lastIndexOf("/"), 0));
            }
            path.append(dots ? (i == segments.length - 1 ? "/" : "") : "/" + segments[i]);
        }
        return target.withPath(path.length() == 0 ? "/" : path.toString());
    }
}
